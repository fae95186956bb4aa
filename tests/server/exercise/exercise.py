#!/usr/bin/python3
"""exercise.py PROGRAM: calls every operation of a real server's /openapi.json with right values, values at the bounds and wrong ones, and
holds every reply against the document. An operation without an exercise fails. TAP on stdout."""
import copy
import sys

sys.dont_write_bytecode = True   # nothing is left among the sources

try:
    import jsonschema  # noqa: F401 (document.py needs it)
except ImportError:
    print('1..0 # SKIP python3-jsonschema is not installed')
    sys.exit(0)

import values
from document import Document
from service import Service
from world import JUDGED, LAST, NAMED, NEW, NOWHERE, QUERIES, WITH, WITHOUT, World

MOST_PAGES = 5
PROBLEM = 'application/problem+json'


class Exercise:
    def __init__(self, service, document, world, operation):
        self.service, self.document, self.world, self.operation = service, document, world, operation
        self.wrong = []
        self.hole = '{id}' in operation.path
        self.path = operation.path.replace('{id}', world.value_of_hole(operation)) if self.hole else operation.path
        self.query = world.query_of(operation)
        self.body = world.body_of(operation)

    def call(self, what, accept_statuses, field=None, **changes):
        """`accept_statuses`: a function of the status. `field`: what an error must name."""
        request = {'path': self.path, 'query': self.query, 'body': self.body, 'key': True, 'accept': None, **changes}
        reply = self.service.ask(self.operation.method, **request)
        said = self.operation.check(reply)
        if not accept_statuses(reply.status):
            said.append('not the status that was to be')
        if field is not None and reply.status >= 400 and not self.is_about(reply.field, field):
            said.append(f'names {reply.field!r}, not {field!r}')
        if request['accept'] == PROBLEM and reply.status >= 400 and reply.type != PROBLEM:
            said.append('not in the form that was asked for')
        if said:
            self.wrong.append(f'{self.operation.name} {what}: {"; ".join(said)}: {reply}')
        return reply

    def is_about(self, said, field):
        """The very field; of a list or what stands in it the one or the other; of a whole change any part of it."""
        if said == field or (said and (field.startswith(said + '[') or said.startswith(field + '['))):
            return True
        return bool(said) and self.operation.name in JUDGED and said.split('.')[0] == field.split('.')[0]

    def run(self):
        self.right_request()
        self.who_may()
        if not self.operation.item['security']:
            return self.wrong   # probes take whatever parameters they are given
        for name, entry in self.operation.query.items():
            self.parameter(name, entry)
        self.unknown_parameters()
        if 'cursor' in self.operation.query:
            self.pages()
        if self.hole:
            self.addresses()
        if self.operation.body:
            self.bodies()
        return self.wrong

    # -- as it is meant

    def fresh(self):
        """A request that makes or deletes something can be sent once."""
        if self.operation.method == 'DELETE':
            self.path = self.operation.path.replace('{id}', self.world.value_of_hole(self.operation))
        if self.operation.method == 'POST':
            self.body = self.world.body_of(self.operation)

    def right_request(self):
        reply = self.call('as it is meant', is_done)
        tag = reply.headers.get('ETag')
        if self.operation.method == 'GET' and tag:
            again = self.service.ask('GET', self.path, self.query, headers={'If-None-Match': tag})
            if again.status not in (200, 304) or (again.status == 304 and again.body):
                self.wrong.append(f'{self.operation.name} with the tag it gave: {again}')
        self.fresh()

    def who_may(self):
        if not self.operation.open:
            for accept in (None, PROBLEM):
                self.call('without a key', is_denied, key=False, accept=accept)
        if self.operation.item['security']:
            self.call('with a wrong key', is_denied, key='wrong')

    # -- parameters

    def parameter(self, name, entry):
        schema = self.document.plain(entry['schema'])
        if values.type_of(schema) == 'object':
            self.family(name)
            return
        for value in values.right(schema):
            judged = name in QUERIES.get(self.operation.name, ())
            self.call(f'{name}={value}', is_answered if judged else is_done, query=self.with_parameter(name, values.as_text(value)))
            self.fresh()
        if name in self.world.texts and values.type_of(schema) == 'string' and 'enum' not in schema:
            text = self.world.rows.get(name[:-3], '') if schema.get('format') == 'uuid' else self.world.texts[name]
            self.call(f'{name} of this world', is_done, query=self.with_parameter(name, text))
        for value in values.likely(schema):
            self.call(f'{name}={value[:40]}', is_answered, field=name, query=self.with_parameter(name, value))
        for value in values.wrong_texts(schema):
            self.refused(name, value)
        first = next(iter(values.wrong_texts(schema)), None)
        if first is not None:
            self.refused(name, first, accept=PROBLEM)

    def refused(self, name, value, accept=None):
        self.call(f'{name}={value[:40]!r}', is_wrong, field=name, query=self.with_parameter(name, value), accept=accept)

    def family(self, name):
        """min.<analyte> and max.<analyte>."""
        for value in ('0', '1', '25%', '2 mg/g', '2500ppm'):
            self.call(f'{name}.thca={value}', is_done, query={**self.query, name + '.thca': value})
        for value in ('', 'x', '-1', '<1', values.UNICODE, '9' * 40):
            self.call(f'{name}.thca={value}', is_wrong, field=name + '.thca', query={**self.query, name + '.thca': value})
        self.call(f'{name}.nothing', is_wrong, field=name + '.nothing', query={**self.query, name + '.nothing': '1'})

    def with_parameter(self, name, value):
        query = {key: kept for key, kept in self.query.items() if key not in WITHOUT.get(name, ()) or key not in self.operation.query}
        query.update({key: kept for key, kept in WITH.get(name, {}).items() if key in self.operation.query})
        query[name] = value
        return query

    def unknown_parameters(self):
        self.call('with an unknown parameter', is_wrong, field='no_such', query={**self.query, 'no_such': '1'})
        self.call('with a parameter in capitals', is_wrong, field='LIMIT', query={**self.query, 'LIMIT': '1'}, accept=PROBLEM)
        plain = next((name for name, entry in self.operation.query.items() if entry['schema'].get('type') != 'object'), None)
        if plain:
            twice = [(plain, 'x'), *self.query.items(), (plain, 'x')]
            self.call(f'with {plain} twice', is_wrong, field=plain, query=twice)
        for name in self.world.query_of(self.operation) if self.operation.name not in QUERIES else ():
            rest = {key: value for key, value in self.query.items() if key != name}
            self.call(f'without {name}', is_wrong, query=rest)

    # -- pages

    def pages(self):
        """Page by page each row once, as many as there are; a number of rows to skip leads to the same."""
        whole = self.call('whole', is_done, query={**self.query, 'limit': MOST_PAGES}).json
        cursor, seen = None, []
        while len(seen) < MOST_PAGES:
            query = {**self.query, 'limit': 1, **({'cursor': cursor} if cursor else {})}
            page = self.call(f'with the cursor {cursor}', is_done, query=query).json
            seen.append(page['data'])
            cursor = page['meta']['next_cursor']
            if cursor is None:
                break
        total = whole['meta'].get('total_count', len(whole['data']))   # not every list is counted
        if len(seen) != min(max(total, 1), MOST_PAGES) or len({str(each) for each in seen}) != len(seen):
            self.wrong.append(f'{self.operation.name}: {len(seen)} pages of {total} rows')
        if isinstance(whole['data'], list) and [row for page in seen for row in page] != whole['data'][:len(seen)]:
            self.wrong.append(f'{self.operation.name}: pages tell other rows than the whole')
        if 'offset' in self.operation.query and len(seen) > 1:
            skipped = self.call('with an offset', is_done, query={**self.query, 'limit': 1, 'offset': 1}).json
            if skipped['data'] != seen[1] or skipped['meta']['current_page'] != 2:
                self.wrong.append(f'{self.operation.name}: the second page by its offset is another')

    # -- addresses

    def addresses(self):
        for value in (NOWHERE, 'nobody-is-called-so', '%C3%9Cn%C3%AF%20%F0%9F%8C%BF', 'x' * 2000, '0', '-', '%27%22%3C'):
            path = self.operation.path.replace('{id}', value)
            for accept in (None, PROBLEM) if value == NOWHERE else (None,):
                # What is put at an address where nothing is, is made there.
                made = self.operation.method == 'PUT' and value == NOWHERE
                expected = is_answered if self.operation.name in NAMED else is_done if made else is_missing
                where = path.replace(NOWHERE, NEW) if made else path
                self.call(f'at {where[:80]}', expected, path=where, accept=accept)

    # -- bodies

    def bodies(self):
        for body in (b'', b'{', b'\xff', b'{"a":1}x', b'[' * 5000, b'{"x":nul}'):
            self.call(f'with the body {body[:12]!r}', is_refused, body=body)
        for body in ([], 'x', 7, None, True):
            self.call(f'with the body {body!r}', is_refused, body=body if body is not None else b'null')
        self.call('with an unknown member', is_refused, field='no_such', body={**self.body, 'no_such': 1})
        self.too_large()
        for where, schema in self.places(self.operation.body, self.body, ()):
            self.member(where, schema)

    def too_large(self):
        most = int(self.operation.item['description'].split('at most ')[-1].split()[0])
        reply = self.service.too_much(self.operation.method, self.path, most + 1)
        said = self.operation.check(reply)
        if reply.status != 413 or said:
            self.wrong.append(f'{self.operation.name} with {most + 1} bytes: {said} {reply}')

    def places(self, schema, value, where):
        """Every member of the body that is sent, and those that could be: its path and schema."""
        schema = self.document.plain(schema)
        for name, member in schema.get('properties', {}).items():
            member = self.document.plain(member)
            yield where + (name,), member
            inner = value.get(name) if isinstance(value, dict) else None
            if isinstance(inner, dict):
                yield from self.places(member, inner, where + (name,))
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                yield from self.places(member['items'], inner[0], where + (name, 0))

    def member(self, where, schema):
        if where[-1] in KEPT_BY_THE_STORE or where[-1].endswith('_id') and where[-1][:-3] in self.world.rows and self.is_own_id(where[-1]):
            return
        name = named(where)
        judged = self.is_row() or self.operation.name in JUDGED
        for value in values.right(schema) if self.operation.name not in LAST else ():
            # Right alone; what stands beside it may not fit.
            self.call(f'{name}={value}', is_answered if judged else is_done, body=self.with_member(where, value))
            self.fresh()
        for value in values.likely(schema):
            self.call(f'{name}={value[:40]}', is_answered, field=name, body=self.with_member(where, value))
            self.fresh()
        for value in values.wrong_values(schema):
            self.call(f'{name}={str(value)[:40]}', is_refused, field=name, body=self.with_member(where, value))
        self.missing(where, name)

    def missing(self, where, name):
        """Without it, and with null in its place: both are the same, but where a row is changed."""
        parent = self.document.plain(self.operation.body)
        for step in where[:-1]:
            parent = self.document.plain(parent['items'] if step == 0 else parent['properties'][step])
        if where[-1] not in parent.get('required', ()):
            return
        body = copy.deepcopy(self.body)
        del inside(body, where[:-1])[where[-1]]
        self.call(f'without {name}', is_refused, field=name, body=body)
        self.call(f'with null for {name}', is_refused, field=name, body=self.with_member(where, None))

    def is_row(self):
        return self.operation.body and '$ref' in self.operation.body

    def is_own_id(self, name):
        return self.is_row() and self.operation.body['$ref'].rsplit('/', 1)[1].rsplit('_', 1)[0] + '_id' == name

    def with_member(self, where, value):
        body = copy.deepcopy(self.body)
        for other in WITHOUT.get(where[-1], ()) if not self.is_row() else ():
            inside(body, where[:-1]).pop(other, None)
        inside(body, where[:-1])[where[-1]] = value
        return body


KEPT_BY_THE_STORE = ('revision', 'pending', 'source', 'demonstration', 'created_at', 'updated_at')


def inside(body, where):
    for step in where:
        body = body[step]
    return body


def named(where):
    """("profiles", 0, "unit"): "profiles[0].unit"."""
    return ''.join(f'[{step}]' if isinstance(step, int) else '.' * (i > 0) + step for i, step in enumerate(where))


def is_done(status):
    return 200 <= status < 300


def is_answered(status):
    return status < 500


def is_wrong(status):
    return status == 400


def is_refused(status):
    return status in (400, 409, 413, 415, 422)


def is_denied(status):
    return status == 401


def is_missing(status):
    return status in (404, 409)


def report(number, name, wrong):
    for line in wrong[:20]:
        print('#', line)
    print('not ok' if wrong else 'ok', number, name, flush=True)


def main():
    service = Service(sys.argv[1])
    chosen = sys.argv[2:]
    document = Document(service.ask('GET', '/openapi.json').json)
    operations = sorted((each for each in document.operations if not chosen or each.name in chosen), key=lambda each: each.name in LAST)
    print(f'1..{len(operations) + 2}')
    report(1, 'the document itself', document.check_itself())
    world = World(service)
    for number, operation in enumerate(operations, 2):
        try:
            wrong = Exercise(service, document, world, operation).run()
        except KeyError as error:
            wrong = [str(error)]
        report(number, f'{operation.method} {operation.path}', wrong)
    print(f'# {service.calls} requests')
    status = service.stop()
    report(len(operations) + 2, 'the server ends well', [f'status {status}'] if status else [])


main()
