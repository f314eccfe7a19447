"""What the frames of a Streamlit connection say: all that a reader could see, or hear."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

# Of a message the fields that a reader can see, or hear; the others are ids, styles and addresses.
READ = {"body", "label", "options", "help", "placeholder", "default", "value", "text", "caption", "alt", "title"}


def sent(frames: list[bytes]) -> list[str]:
    """The words and numbers that the frames carry: texts, labels, choices, the cells of tables, the data of charts."""
    found: list[str] = []
    for frame in frames:
        delta = ForwardMsg.FromString(frame).delta
        element = delta.new_element
        match element.WhichOneof("type"):
            case "table":
                found.append(opened(element.table.arrow_data.data))
            case "vega_lite_chart":
                found += [opened(dataset.data.data) for dataset in element.vega_lite_chart.datasets]
                assert '"values"' not in element.vega_lite_chart.spec  # all data are in the datasets
        found += read(delta)
    return found


def read(message: Any) -> Iterator[str]:
    """All that can be read of a message and of those inside it."""
    for field, value in message.ListFields():
        each = [value] if not field.is_repeated else value.values() if hasattr(value, "values") else value
        for one in each:
            if field.message_type is not None and hasattr(one, "ListFields"):
                yield from read(one)
            elif field.name in READ and isinstance(one, str) and "<style>" not in one:
                yield one


def opened(arrow: bytes) -> str:
    return json.dumps(pa.ipc.open_stream(arrow).read_all().to_pylist(), ensure_ascii=False)
