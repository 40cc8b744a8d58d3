"""YAML that hides nothing. A key that stands twice is a fault (YAML itself would silently take the last). A value is
text until the model says what it is (YAML itself would read 24:00 as 1440, 007 as 7 and NO as false).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

MERGE, NULL = "tag:yaml.org,2002:merge", "tag:yaml.org,2002:null"
UNNAMED = 'in "<unicode string>", '


class UnreadableYamlError(ValueError):
    """The file is not YAML; the message is a sentence for an operator."""


def load(path: Path) -> object:
    """The file as text, null, lists and mappings; empty, it is an empty mapping. Raises UnreadableYamlError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UnreadableYamlError(f"is not UTF-8 text: {fault.reason} at byte {fault.start}") from fault
    except OSError as fault:
        raise UnreadableYamlError(f"cannot be read: {fault.strerror}") from fault
    try:
        told = yaml.load(text, _StrictLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        raise UnreadableYamlError(
            f"is not readable as YAML: {' '.join(str(fault).replace(UNNAMED, '').split())}"
        ) from fault
    return {} if told is None else told


class _StrictLoader(yaml.SafeLoader):
    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag in {MERGE, NULL}]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == MERGE:
                continue
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)
