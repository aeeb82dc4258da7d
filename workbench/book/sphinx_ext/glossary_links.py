"""A Sphinx extension of the book: the first mention of a term in bold or italics leads to the glossary."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms.post_transforms import SphinxPostTransform

GLOSSARY = "book/glossary"
# A glossary entry explains itself, a title is a link already in the table of contents, and a link leads elsewhere.
NOT_IN = (nodes.title, nodes.reference, nodes.raw)


def setup(app: Any) -> dict[str, bool]:
    """Link the terms of each page, and of all pages again where the glossary has changed."""
    app.add_post_transform(LinkTerms)
    app.connect("env-get-outdated", _on_changes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _on_changes(_app: Any, env: Any, added: set[str], changed: set[str], _removed: set[str]) -> list[str]:
    return sorted(env.found_docs) if GLOSSARY in added | changed else []


class LinkTerms(SphinxPostTransform):
    """Put a link around what an author marked as a term, where the glossary has it."""

    default_priority = 800  # when all references have been resolved

    def run(self, **_arguments: Any) -> None:
        """Link the first mention of each term on the page."""
        page = self.env.docname
        linked: set[str] = set()
        for mention in list(self.document.findall(lambda node: isinstance(node, (nodes.strong, nodes.emphasis)))):
            term = mention.astext().lower()
            if page == GLOSSARY or term in linked or _is_within(mention, NOT_IN):
                continue
            if link := self._link(page, term, mention):
                mention.replace_self(link)
                linked.add(term)

    def _link(self, page: str, term: str, mention: nodes.Element) -> nodes.Element | None:
        """Look a term up, and in the singular where an author used the plural."""
        for name in (term, term.removesuffix("s"), f"{term.removesuffix('ies')}y"):
            link: nodes.Element | None = self.env.get_domain("std").resolve_xref(
                self.env, page, self.app.builder, "term", name, pending_xref(), mention.deepcopy()
            )
            if link:
                return link
        return None


def _is_within(node: nodes.Node, kinds: tuple[type[nodes.Element], ...]) -> bool:
    while node.parent:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False
