"""The OpenAPI document of a server, and whether replies are as it says."""
import jsonschema

METHODS = ('get', 'post', 'put', 'patch', 'delete')


class Operation:
    def __init__(self, document, path, method, item):
        self.document, self.path, self.item = document, path, item
        self.method, self.name = method.upper(), item['operationId']
        parameters = [document.follow(entry) for entry in item['parameters']]
        self.query = {entry['name']: entry for entry in parameters if entry['in'] == 'query'}
        self.open = item['security'] == [] or {} in item['security']
        body = item.get('requestBody')
        self.body = body['content']['application/json']['schema'] if body else None

    def check(self, reply):
        """A list of what is not as the document says."""
        known = self.item['responses'].get(str(reply.status))
        if known is None:
            return [f'status {reply.status} is not documented']
        known = self.document.follow(known)
        wrong = [] if 'X-Request-Id' in reply.headers else ['no X-Request-Id']
        content = known.get('content')
        if not content:
            return wrong + (['a body where none is documented'] if reply.body else [])
        if reply.type not in content:
            return wrong + [f'{reply.type} is not documented']
        if reply.type.startswith('text/'):
            return wrong
        return wrong + self.document.check(content[reply.type]['schema'], reply.json)


class Document:
    def __init__(self, root):
        self.root = root
        self.resolver = jsonschema.RefResolver('', root)
        self.formats = jsonschema.FormatChecker()
        self.validators = {}
        self.operations = [Operation(self, path, method, item) for path, methods in root['paths'].items()
                           for method, item in methods.items() if method in METHODS]

    def follow(self, node):
        while '$ref' in node:
            node = self.resolver.resolve(node['$ref'])[1]
        return node

    def plain(self, schema):
        """The schema itself, without references and what only explains it."""
        schema = self.follow(schema)
        if 'allOf' in schema and len(schema['allOf']) == 1:
            return self.plain(schema['allOf'][0])
        return schema

    def check(self, schema, value):
        validator = self.validators.get(id(schema))
        if validator is None:
            validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver, format_checker=self.formats)
            self.validators[id(schema)] = validator
        return [f'{"/".join(map(str, error.absolute_path))}: {error.message[:200]}' for error in validator.iter_errors(value)][:3]

    def check_itself(self):
        """References that lead nowhere, schemas that are none, examples that do not fit."""
        wrong = []
        for node in self.nodes(self.root):
            try:
                self.follow(node)
            except jsonschema.RefResolutionError as error:
                wrong.append(str(error))
            if isinstance(node.get('schema'), dict):
                jsonschema.Draft202012Validator.check_schema(node['schema'])
                if 'example' in node:
                    wrong += self.check(node['schema'], node['example'])
        return wrong

    def nodes(self, node):
        if isinstance(node, dict):
            if isinstance(node.get('$ref', ''), str):
                yield node
            for value in node.values():
                yield from self.nodes(value)
        elif isinstance(node, list):
            for value in node:
                yield from self.nodes(value)
