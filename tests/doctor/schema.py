"""As much of JSON Schema as docs/doctor.schema.json uses."""
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def is_a(value, name: str) -> bool:
    if name in ("integer", "number"):
        return isinstance(value, int if name == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def problems(value, schema: dict, where: str = "$") -> list[str]:
    """What in `value` is not as the schema says; nothing unknown in the schema itself is overlooked."""
    known = {"$schema", "title", "description", "type", "enum", "required", "properties", "items"}
    out = [f"{where}: the schema uses {key}" for key in schema.keys() - known]
    names = schema.get("type", [])
    names = [names] if isinstance(names, str) else names
    if names and not any(is_a(value, name) for name in names):
        return out + [f"{where}: {value!r} is no {' or '.join(names)}"]
    if "enum" in schema and value not in schema["enum"]:
        out.append(f"{where}: {value!r} is none of {schema['enum']}")
    if isinstance(value, dict):
        out += [f"{where}: {key} is missing" for key in schema.get("required", []) if key not in value]
        if "properties" in schema:
            out += [f"{where}: {key} is not in the schema" for key in value.keys() - schema["properties"].keys()]
        for key, inner in schema.get("properties", {}).items():
            if key in value:
                out += problems(value[key], inner, f"{where}.{key}")
    if isinstance(value, list):
        for i, item in enumerate(value):
            out += problems(item, schema.get("items", {}), f"{where}[{i}]")
    return out
