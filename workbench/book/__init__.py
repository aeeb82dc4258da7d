"""The pages, built from the stored outputs, and the notebooks that store them."""
