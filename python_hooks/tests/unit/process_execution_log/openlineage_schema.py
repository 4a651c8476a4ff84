"""What openlineage.io/spec/2-0-2 demands of a run event, and its facets of those that are used.

Written from the specification: its own files reach across several addresses of the web.
"""

from __future__ import annotations

from typing import Any

URI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:\S+$"}
TEXT = {"type": "string", "minLength": 1}
UUID = {"type": "string", "format": "uuid", "pattern": r"^[0-9a-f-]{36}$"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
    }


def _facet(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return _object({"_producer": URI, "_schemaURL": URI, **required}, optional)


def _facets(**known: dict[str, Any]) -> dict[str, Any]:
    # A facet that nobody knows still has the two keys of all facets.
    return {"type": "object", "properties": known, "additionalProperties": _facet({})}


_JOB = {"namespace": TEXT, "name": TEXT}
_DATASET = {**_JOB}
_OUTPUT = {
    "facets": _facets(),
    "outputFacets": _facets(
        outputStatistics=_facet({"rowCount": {"type": "integer", "minimum": 0}})
    ),
}
RUN_EVENT = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        {
            "eventTime": TIME,
            "producer": URI,
            "schemaURL": {
                **URI,
                "const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            },
            "run": _object(
                {"runId": UUID},
                {
                    "facets": _facets(
                        parent=_facet({"run": _object({"runId": UUID}), "job": _object(_JOB)}),
                        errorMessage=_facet({"message": TEXT, "programmingLanguage": TEXT}),
                        processing_engine=_facet({"version": TEXT}, {"name": TEXT}),
                    )
                },
            ),
            "job": _object(
                _JOB,
                {"facets": _facets(jobType=_facet({"processingType": TEXT, "integration": TEXT}))},
            ),
        },
        {
            "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
            "inputs": {"type": "array", "items": _object(_DATASET)},
            "outputs": {"type": "array", "items": _object(_DATASET, _OUTPUT)},
        },
    ),
}
