"""The book, live, and JupyterLab behind one login."""
