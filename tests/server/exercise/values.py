"""Right values, values at the bounds and wrong ones, by a schema."""
import json

UNICODE = 'Ünïcødé 🌿 \u0645\u0631'
UUID = '01900000-0000-7000-8000-00000000abcd'
FAR = 10 ** 30
LONGEST = 32768


def types_of(schema):
    kind = schema.get('type', [])
    return [kind] if isinstance(kind, str) else kind


def type_of(schema):
    return next((kind for kind in types_of(schema) if kind != 'null'), None)


def bounds(schema, low, high, usual):
    return [schema[key] for key in (low, high) if key in schema] or usual


def right(schema):
    """Values that must be taken."""
    kind = type_of(schema)
    if 'enum' in schema:
        return [value for value in schema['enum'] if value is not None]
    if kind == 'boolean':
        return [True, False]
    if kind in ('integer', 'number'):
        return bounds(schema, 'minimum', 'maximum', [0, 1])
    return []


def likely(schema):
    """Values of the right form, of which their meaning may still be wrong."""
    if type_of(schema) != 'string' or 'enum' in schema:
        return []
    if schema.get('format') == 'uuid':
        return [UUID]
    if schema.get('format') in ('date', 'date-time'):
        return ['2026-01-31']
    if 'pattern' in schema:
        return []
    values = ['x', 'x' * min(schema.get('maxLength', 64), LONGEST)]
    return values + ([UNICODE] if len(UNICODE.encode()) <= schema.get('maxLength', 64) else [])


def wrong_texts(schema):
    """What is no right value of a parameter, as text."""
    kind = type_of(schema)
    if 'enum' in schema or kind == 'boolean':
        return ['', 'no such word', UNICODE, 'TRUE', '1 ']
    if kind in ('integer', 'number'):
        values = ['', 'x', '1e', '0x10', 'nan', 'inf', '1,5', UNICODE, str(FAR) if kind == 'integer' or 'maximum' in schema else 'x']
        return values + (['1.5'] if kind == 'integer' else []) + [str(value) for value in beyond(schema)]
    if schema.get('format') == 'uuid':
        return ['', 'x', UUID[:-1], UUID + '0', UNICODE]
    if 'pattern' in schema:
        return ['', '!', UNICODE, 'x' * 200]
    if schema.get('format'):
        return ['', 'x', '2026-13-01', UNICODE]
    return [''] * (schema.get('minLength', 0) > 0) + ['x' * (schema['maxLength'] + 1)] * ('maxLength' in schema)


def beyond(schema):
    """One less and one more than the bounds."""
    step = 1 if type_of(schema) == 'integer' else 0.01
    return ([schema['minimum'] - step] if 'minimum' in schema else []) + ([schema['maximum'] + max(step, schema['maximum'] * 1e-9)]
                                                                        if schema.get('maximum', FAR) < 2 ** 53 else [])


def as_text(value):
    return json.dumps(value) if isinstance(value, (bool, int, float)) else value


def wrong_values(schema):
    """The same for a member of a body."""
    kind = type_of(schema)
    if kind is None:
        return []
    others = {'string': [7, True, [], {}], 'integer': ['x', 1.5, True, []], 'number': ['x', True, {}], 'boolean': ['yes', 1, []],
              'array': ['x', 7, {}], 'object': ['x', 7, []]}[kind]
    if kind in ('integer', 'number'):
        others = others + beyond(schema) + ([1e300] if 'maximum' in schema else [])
    if 'enum' in schema:
        others = others + ['no such word', '', UNICODE]
    if kind == 'string' and 'maxLength' in schema:
        others = others + ['x' * (schema['maxLength'] + 1)]
    if schema.get('minLength', 0) > 0:
        others = others + ['']
    if schema.get('format') == 'uuid':
        others = others + ['x', UUID[:-1], '']
    if kind == 'array':
        others = others + [[7], [None]] * (type_of(schema['items']) == 'string')
        others = others + [['x'] * (schema['maxItems'] + 1)] * ('maxItems' in schema) + [[]] * (schema.get('minItems', 0) > 0)
    return others
