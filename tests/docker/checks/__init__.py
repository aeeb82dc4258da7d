"""The catalogue of the exercises' checks: states that a student could have made, and what is said of each."""
