"""What a machine needs before the first page, and how it goes away again."""
