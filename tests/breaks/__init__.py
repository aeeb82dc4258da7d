"""The exercises of the pages that break things: catalogues of what students do, right and wrong."""
