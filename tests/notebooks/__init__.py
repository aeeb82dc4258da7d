"""Tests of the notebooks: as they are stored, as nbval compares them, as students run and change them."""
