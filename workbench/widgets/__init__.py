"""Views for notebooks. They get plain data and import no docker, so they work without an engine."""
