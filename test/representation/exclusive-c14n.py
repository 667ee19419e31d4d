"""Canonicalises documents with lxml (libxml2): a JSON list of texts in, a JSON list of texts out."""

import json
import sys

from lxml import etree

parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def canonical(document: str) -> str:
    root = etree.fromstring(document.encode(), parser)
    return etree.tostring(root, method="c14n", exclusive=True).decode()


json.dump([canonical(document) for document in json.load(sys.stdin)], sys.stdout)
