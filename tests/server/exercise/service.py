"""A real server on a folder of its own, and requests to it."""
import http.client
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.parse

PATIENCE = 120
FAR_TOO_MUCH = 1024 * 1024


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.type = (headers.get('Content-Type') or '').split(';')[0]

    @property
    def json(self):
        return json.loads(self.body) if self.body else None

    @property
    def field(self):
        """What an error says is wrong, in either form."""
        document = self.json
        if self.type == 'application/problem+json':
            return document.get('field')
        return document['errors'][0]['field'] if document.get('errors') else None

    def __str__(self):
        return f'{self.status} {self.type} {self.body[:300]!r}'


class Service:
    def __init__(self, binary):
        self.dir = tempfile.mkdtemp(prefix='wh-exercise-')
        self.log = open(os.path.join(self.dir, 'log'), 'wb')
        self.process = subprocess.Popen([binary, '--data-dir', self.dir, 'serve', '--listen', '127.0.0.1:0', '--set', 'webhooks.most=1000', *self.unlimited(binary)],
                                        stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline().decode()
        self.port = int(line.rsplit(':', 1)[1].split()[0])
        self.key = open(os.path.join(self.dir, 'admin.key'), encoding='utf-8').read().strip()
        self.connection = None
        self.calls = 0
        self.wait('/ready')

    @staticmethod
    def unlimited(binary):
        """Thousands of requests in a minute are more than anybody may ask."""
        said = subprocess.run([binary, 'serve', '--help'], capture_output=True, check=False).stdout
        return ['--limits', 'off'] if b'--limits' in said else []

    def ask(self, method, path, query=(), body=None, key=True, accept=None, headers=()):
        """`body`: bytes, or anything that becomes JSON. `key`: True for the administrator's, False for none, or any text."""
        target = path + ('?' + urllib.parse.urlencode(query) if query else '')
        lines = dict(headers)
        if key:
            lines['Authorization'] = 'Bearer ' + (self.key if key is True else key)
        if accept:
            lines['Accept'] = accept
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            lines.setdefault('Content-Type', 'application/json')
        self.calls += 1
        for again in (True, False):
            try:
                return self.send(method, target, body, lines)
            except (http.client.HTTPException, ConnectionError):
                self.connection = None
                if not again:
                    raise

    def send(self, method, target, body, lines):
        if self.connection is None:
            self.connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=PATIENCE)
        self.connection.request(method, target, body, lines)
        return self.receive(self.connection)

    @staticmethod
    def receive(connection):
        reply = connection.getresponse()
        if (reply.headers.get('Content-Type') or '').startswith('text/event-stream'):
            # It never ends; its first words are enough.
            first = reply.read1(4096)
            connection.close()
            return Reply(reply.status, reply.headers, first)
        return Reply(reply.status, reply.headers, reply.read())

    def too_much(self, method, path, length):
        """A request with a body of that many bytes. What is far too much is refused by its head, and never read."""
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=PATIENCE)
        connection.putrequest(method, path)
        connection.putheader('Authorization', 'Bearer ' + self.key)
        connection.putheader('Content-Type', 'application/json')
        connection.putheader('Content-Length', str(length))
        connection.endheaders()
        try:
            if length < FAR_TOO_MUCH:
                connection.send(b' ' * length)
            return self.receive(connection)
        finally:
            connection.close()

    def wait(self, path):
        """Until it is there: it listens before its catalogue is read, and learns of imports a moment later."""
        end = time.monotonic() + PATIENCE
        while self.ask('GET', path).status != 200:
            assert time.monotonic() < end, path
            time.sleep(0.02)

    def stop(self):
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        self.log.close()
        shutil.rmtree(self.dir)
        return status
