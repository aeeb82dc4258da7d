"""The notebooks in JupyterLab and the pages of the book, in Chromium."""
