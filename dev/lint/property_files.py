"""dbt's yml files: what they document, with the line each entry starts on."""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

_LINE = "__line__"
_DOC_CALL = re.compile(r"^\s*\{\{-?\s*doc\(\s*(.+?)\s*\)\s*-?\}\}\s*$", re.DOTALL)
_DOC_BLOCK = re.compile(r"\{%-?\s*docs\s+(\w+)\s*-?%\}(.*?)\{%-?\s*enddocs\s*-?%\}", re.DOTALL)
_QUOTED = re.compile(r"['\"](\w+)['\"]")


@dataclass(frozen=True)
class Entry:
    """One documented thing: a macro, a model, a column, an argument."""

    path: str
    line: int
    name: str
    description: str
    values: dict[str, object]


class _LineLoader(yaml.SafeLoader):
    """Keeps, in each mapping, the line it starts on."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, object]:
        mapping: dict[Hashable, object] = super().construct_mapping(node, deep=deep)
        mapping[_LINE] = node.start_mark.line + 1
        return mapping


class PropertyFiles:
    """The yml files below some folders, and the `{% docs %}` blocks they may refer to."""

    def __init__(self, root: Path, folder: str) -> None:
        self._documents = {
            path.relative_to(root).as_posix(): _load(path)
            for suffix in ("*.yml", "*.yaml")
            for path in sorted((root / folder).rglob(suffix))
        }
        self._blocks = {
            name: text
            for page in sorted((root / folder).rglob("*.md"))
            for name, text in _DOC_BLOCK.findall(page.read_text(encoding="utf-8"))
        }

    def top_level(self, key: str) -> list[Entry]:
        """Every entry of `macros:`, `models:` or `sources:` in all the files."""
        return [
            entry
            for path, document in self._documents.items()
            for entry in self._entries(path, document.get(key))
        ]

    def below(self, parent: Entry, key: str) -> list[Entry]:
        """The entries of `columns:`, `arguments:` or `tables:` of one entry."""
        return list(self._entries(parent.path, parent.values.get(key)))

    def _entries(self, path: str, value: object) -> Iterator[Entry]:
        for item in value if isinstance(value, list) else []:
            if isinstance(item, dict):
                line = item.get(_LINE, 1)
                yield Entry(
                    path=path,
                    line=line if isinstance(line, int) else 1,
                    name=str(item.get("name", "")),
                    description=self._description(item.get("description")),
                    values=item,
                )

    def _description(self, value: object) -> str:
        text = value.strip() if isinstance(value, str) else ""
        call = _DOC_CALL.match(text)
        if not call:
            return text
        names = _QUOTED.findall(call[1])
        return self._blocks.get(names[-1], "").strip() if names else ""


def _load(path: Path) -> dict[str, object]:
    """An unreadable file documents nothing here; dbt itself reports what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
        loaded = yaml.load(text, Loader=_LineLoader)  # noqa: S506  a SafeLoader underneath
    except yaml.YAMLError:
        return {}
    return loaded if isinstance(loaded, dict) else {}
