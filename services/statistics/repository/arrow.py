"""Lines of facts as Arrow tables, and those as bytes: what a segment holds before it is sealed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc

from services.statistics.model.columns import COLUMNS, Cell, Form
from shared.contracts.filing import FactKind

TYPES = {
    Form.KEY: pa.uint64(),
    Form.CODE: pa.uint32(),
    Form.TEXT: pa.dictionary(pa.int32(), pa.string()),
    Form.AMOUNT: pa.int64(),
}

HEAD = (pa.field("filing", pa.binary(16)), pa.field("unit", pa.uint64()), pa.field("layers", pa.uint8()))

_OPTIONS = ipc.IpcWriteOptions(compression="lz4", unify_dictionaries=True)


def schema_of(kind: FactKind) -> pa.Schema:
    """Return the columns of a kind."""
    return pa.schema([*HEAD, *(pa.field(each.name, TYPES[each.form]) for each in COLUMNS[kind])])


def table_of(kind: FactKind, rows: Sequence[Sequence[Cell]]) -> pa.Table:
    """Return lines as a table."""
    schema = schema_of(kind)
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [pa.array(list(column), field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def dumped(table: pa.Table) -> bytes:
    """Return a table as bytes."""
    sink = pa.BufferOutputStream()
    with ipc.new_file(sink, table.schema, options=_OPTIONS) as writer:
        writer.write_table(table.combine_chunks())
    data: bytes = sink.getvalue().to_pybytes()
    return data


def loaded(data: bytes, columns: Sequence[str] = ()) -> pa.Table:
    """Return the table of these bytes, or some of its columns."""
    with ipc.open_file(pa.BufferReader(data)) as reader:
        if not columns:
            return reader.read_all()
        places = [reader.schema.get_field_index(each) for each in columns]
    options = ipc.IpcReadOptions(included_fields=places)
    with ipc.open_file(pa.BufferReader(data), options=options) as reader:
        return reader.read_all().select(list(columns))


def without(table: pa.Table, filings: Iterable[bytes]) -> pa.Table:
    """Return a table without the lines of some filings."""
    gone = pa.array(list(filings), pa.binary(16))
    return table.filter(pc.invert(pc.is_in(table["filing"], value_set=gone)))


def joined(kind: FactKind, tables: Iterable[pa.Table], columns: Sequence[str] = ()) -> pa.Table:
    """Return tables of one kind as one; an empty one where there are none."""
    schema = schema_of(kind)
    wanted = pa.schema([schema.field(each) for each in columns]) if columns else schema
    return pa.concat_tables([wanted.empty_table(), *tables])
