"""Canonicalises with libxml2: a list of {xml, form, path} on standard input, a list of texts on standard output.

What libxml2 cannot read becomes an answer that starts with "error:"."""

import json
import sys

from lxml import etree

parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def canonical(job):
    try:
        element = etree.fromstring(job["xml"].encode(), parser)
    except etree.XMLSyntaxError as problem:
        return f"error: {problem}"
    for position in job["path"]:
        element = element[position]
    tail, element.tail = element.tail, None
    exclusive = job["form"] == "exclusive"
    text = etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)
    element.tail = tail
    return text.decode()


json.dump([canonical(job) for job in json.load(sys.stdin)], sys.stdout)
