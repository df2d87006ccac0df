#!/usr/bin/env python3
"""Proves a hub with the hubverse's own means: its JSON schemas, and hubdata's readers.

    python3 -m venv venv && venv/bin/pip install jsonschema==4.26.0 hubdata==0.2.0 pyyaml==6.0.3
    cargo run --release --example hub -- out/hub
    venv/bin/python scripts/check_hub.py out/hub [--schemas FOLDER]

FOLDER holds tasks-schema.json, admin-schema.json and target-data-schema.json; without it they are fetched from the
address that each configuration file names.
"""

import argparse
import json
import pathlib
import sys
import urllib.request

import hubdata
import jsonschema
import pyarrow as pa
import yaml
from hubdata.create_target_data_schema import TargetType

TYPES = {
    "origin_date": pa.date32(),
    "scenario_id": pa.string(),
    "location": pa.string(),
    "target": pa.string(),
    "horizon": pa.int32(),
    "target_end_date": pa.date32(),
    "output_type": pa.string(),
    "output_type_id": pa.string(),
    "value": pa.float64(),
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Proves a hub")
    parser.add_argument("hub", type=pathlib.Path)
    parser.add_argument("--schemas", type=pathlib.Path)
    args = parser.parse_args()
    faults = []

    for name in ("tasks", "admin", "target-data"):
        config = json.loads((args.hub / "hub-config" / f"{name}.json").read_text())
        if args.schemas:
            schema = json.loads((args.schemas / f"{name}-schema.json").read_text())
        else:
            with urllib.request.urlopen(config["schema_version"]) as answer:
                schema = json.load(answer)
        found = list(jsonschema.Draft202012Validator(schema).iter_errors(config))
        faults += [f"{name}.json: {'/'.join(map(str, f.path))}: {f.message}" for f in found]
        print(f"{name}.json: {len(found)} faults against {schema['$id']}")

    metadata_schema = json.loads((args.hub / "hub-config/model-metadata-schema.json").read_text())
    models = sorted(p.name for p in (args.hub / "model-output").iterdir())
    for model in models:
        metadata = yaml.safe_load((args.hub / "model-metadata" / f"{model}.yml").read_text())
        found = list(jsonschema.Draft202012Validator(metadata_schema).iter_errors(metadata))
        faults += [f"{model}.yml: {f.message}" for f in found]

    schema = hubdata.create_hub_schema(json.loads((args.hub / "hub-config/tasks.json").read_text()))
    for field in schema:
        wanted = TYPES.get(field.name, pa.string() if field.name == "model_id" else None)
        if field.type not in (wanted, pa.int64() if field.name == "horizon" else wanted):
            faults.append(f"hubdata gives `{field.name}` the type {field.type}, not {wanted}")

    admin = json.loads((args.hub / "hub-config/admin.json").read_text())
    hub = hubdata.connect_hub(args.hub)
    output = hub.to_table()
    print(f"model output: {output.num_rows} rows of {len(models)} models")
    if sorted(set(output.column("model_id").to_pylist())) != models:
        faults.append("hubdata does not see every model")
    if not output.num_rows:
        faults.append("no model output")
    for row in output.select(["output_type", "output_type_id"]).to_pylist():
        # A true null in Parquet; an empty field in CSV, which pyarrow reads as an empty text.
        empty = row["output_type_id"] is None or (admin["file_format"] == ["csv"] and row["output_type_id"] == "")
        if (row["output_type"] == "mean") != empty:
            faults.append(f"a wrong output_type_id: {row}")
            break

    if (args.hub / "target-data").is_dir():
        for kind in ("time-series", "oracle-output"):
            table = hubdata.connect_target_data(args.hub, TargetType[kind.replace("-", "_").upper()]).to_table()
            print(f"{kind}: {table.num_rows} rows, {', '.join(table.column_names)}")
            if not table.num_rows:
                faults.append(f"no rows in {kind}")

    for fault in faults:
        print(fault, file=sys.stderr)
    print("fault" if faults else "sound")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
