"""What stands in the store before it is asked, and a right request of every operation."""
import os
import uuid

STRAINS = 40
NOWHERE = '01900000-0000-7000-8000-00000000dead'
NEW = '01900000-0000-7000-8000-00000000beef'
TODAY = '2026-01-31T12:00:00Z'


class World:
    """`rows`: an id of each kind. `texts`: right values of parameters that no schema can know."""

    def __init__(self, service):
        self.service, self.rows, self.count = service, {}, 0
        self.import_results()
        strain = service.ask('GET', '/api/strains/strain-3').json['data']
        self.rows['strain'] = strain['strain_id']
        self.rows['batch'] = strain['batches'][0]['batch_id']
        self.rows['lab_result'] = strain['lab_results'][0]['lab_result_id']
        for kind in ('dispensary', 'product', 'price', 'stock', 'alias', 'promotion', 'review', 'note', 'favorite', 'watch', 'feedback'):
            self.rows[kind] = self.make(kind)
        service.wait('/api/pricing/compare?strain_id=strain-3')
        self.texts = {'strain_id': 'strain-3', 'product_name': 'Strain', 'q': 'strain', 'brand': 'Brand', 'analyte': 'myrcene',
                      'profile': 'myrcene,limonene', 'jurisdiction': 'NJ', 'discount': '10%', 'since': '90d', 'lab': 'Lab',
                      'code': 'unit_slip', 'product_id': self.rows['product'], 'dispensary_id': self.rows['dispensary'], 'state': 'nj'}

    def import_results(self):
        path = os.path.join(self.service.dir, 'lab.csv')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('Sample ID,Strain,Lab,Producer,Type,Test Date,THCA (%),CBD (%),beta-Myrcene (%),D-Limonene (%),'
                       'beta-Caryophyllene (%),Linalool (%),alpha-Humulene (%),Terpinolene (%)\n')
            for i in range(2 * STRAINS):
                kind = i // 2 % 2
                file.write(f'S{i},Strain {i // 2},Lab,Grower,flower,2026-01-{1 + i % 28:02},{17 + i % 7}.5,{"7.1" if i == 3 else "ND"},'
                           f'0.{80 + i % 19 if kind else 5 + i % 9:02},0.3,0.{20 + i % 13:02},{"0.05" if i % 4 else "<0.02"},0.1,'
                           f'0.{1 + i % 5 if kind else 60 + i % 17:02}\n')
        reply = self.service.ask('POST', '/api/admin/imports', body={'kind': 'lab', 'path': path})
        assert reply.status == 200, reply
        self.file = path
        self.service.wait(f'/api/strains/strain-{STRAINS - 1}')

    def make(self, kind):
        """A new row; its id."""
        reply = self.service.ask('POST', PATHS[kind], body=self.row(kind))
        assert reply.status == 201, f'{kind}: {reply}'
        return reply.json['data'][kind + '_id']

    def row(self, kind):
        """A right one that is like no other."""
        self.count += 1
        n, ids = self.count, self.rows
        strain = self.service.ask('GET', f'/api/strains/strain-{n % STRAINS}').json['data']['strain_id']
        return {
            'strain': lambda: {'name': f'Made {n}', 'type': 'hybrid'},
            'dispensary': lambda: {'name': f'Shop {n}', 'state': 'NJ', 'latitude': 40.7, 'longitude': -74.1},
            'batch': lambda: {'name': f'Batch {n}', 'strain_id': strain},
            'lab_result': lambda: {'batch_id': ids['batch'], 'lab_name': 'Lab', 'measurements': [
                {'analyte': 'thca', 'state': 'value', 'value': 200, 'unit': 'mg/g', 'basis': 'as_received'}]},
            'product': lambda: {'name': f'Strain flower {n}', 'brand': 'Brand', 'dispensary_id': ids['dispensary'], 'category': 'flower',
                                'strain_id': ids['strain'], 'weight_grams': 3.5, 'amount': '3.5 g', 'price_cents': 3500 + n,
                                'currency': 'USD', 'in_stock': True, 'price_observed_at': TODAY, 'batch_id': ids['batch']},
            'price': lambda: {'product_id': ids['product'], 'amount_cents': 3000 + n, 'observed_at': TODAY},
            'stock': lambda: {'product_id': ids['product'], 'quantity': n},
            'alias': lambda: {'strain_id': ids['strain'], 'name': f'Also {n}'},
            'promotion': lambda: {'name': f'Week {n}', 'dispensary_id': ids['dispensary'], 'percent_off': 10},
            'review': lambda: {'strain_id': ids['strain'], 'rating': 4, 'text': f'Good {n}'},
            'note': lambda: {'object_kind': 'strain', 'object_id': ids['strain'], 'text': f'Note {n}'},
            'favorite': lambda: {'object_kind': 'strain', 'object_id': strain},
            'watch': lambda: {'strain_id': strain, 'limit_cents': 1000 + n},
            'feedback': lambda: {'about': 'substitute', 'offer_id': str(uuid.UUID(int=n)), 'offered_kind': 'product',
                                 'offered_id': ids['product'], 'outcome': 'accepted'},
        }[kind]()

    def value_of_hole(self, operation):
        """What stands for {id}; a row of its own where the operation changes it."""
        if operation.path.startswith('/api/admin/jobs/'):
            return self.service.ask('POST', '/api/admin/jobs', body=self.job()).json['data']['job_id']
        if operation.path.startswith('/api/webhooks/'):
            return self.service.ask('POST', '/api/webhooks', body=dict(WEBHOOK)).json['data']['webhook_id']
        if operation.path.startswith('/api/admin/schedules/'):
            self.count += 1
            name = f'schedule-{self.count}'
            self.service.ask('PUT', '/api/admin/schedules/' + name, body=SCHEDULE)
            return name
        kind = kind_of(operation)
        return self.make(kind) if operation.method in ('PUT', 'PATCH', 'DELETE') else self.rows[kind]

    def job(self):
        """One that does not begin before this is over."""
        self.count += 1
        return {'kind': 'freshness', 'key': f'key {self.count}', 'run_at': '2100-01-01T00:00:00Z', 'attempts': 2}

    def query_of(self, operation):
        """Parameters without which it says nothing: those the document calls required, and one of several."""
        query = {name: self.texts[name] for name, entry in operation.query.items() if entry.get('required')}
        query.update({name: self.texts[name] for name in ONE_OF.get(operation.name, ())})
        query.update(QUERIES.get(operation.name, {}))
        return query

    def body_of(self, operation):
        if operation.name in BODIES:
            return BODIES[operation.name](self)
        return self.row(kind_of(operation)) if operation.body else None


WEBHOOK = {'url': 'https://hooks.example.com/weedhounds', 'events': ['price.changed'], 'secret': 'a secret of the shop'}

SCHEDULE = {'kind': 'freshness', 'rule': 'weekly sun 04:00', 'enabled': False, 'jitter_seconds': 60}

PATHS = {
    'strain': '/api/strains', 'dispensary': '/api/dispensaries', 'batch': '/api/batches', 'lab_result': '/api/lab-results',
    'product': '/api/products', 'price': '/api/prices', 'stock': '/api/stock', 'alias': '/api/aliases', 'promotion': '/api/promotions',
    'review': '/api/reviews', 'note': '/api/notes', 'favorite': '/api/favorites', 'watch': '/api/watches', 'feedback': '/api/feedback',
}

# One of these is needed, and the document cannot say so.
ONE_OF = {'get_pricing_compare': ['strain_id'], 'get_pricing_history': ['product_id'], 'get_substitutes': ['product_id']}

# Without these it would be refused in this world: a product that is made has a price.
QUERIES = {'delete_products_id': {'with_parts': 'true'}}

# Parameters that go only together, or not together.
WITH = {'latitude': {'longitude': '-74'}, 'longitude': {'latitude': '40'}, 'radius': {'latitude': '40', 'longitude': '-74'}}
WITHOUT = {'strain_id': ['product_id'], 'product_id': ['strain_id']}

BODIES = {
    'post_terpenes_compare': lambda world: {'strain_ids': ['strain-1', 'strain-2']},
    'post_terpenes_analyze': lambda world: {'profiles': [{'name': 'A', 'unit': '%', 'analytes': {'myrcene': 0.8, 'limonene': '<0.01'}}],
                                            'limit': 3},
    'post_terpenes_effects': lambda world: {'profiles': [{'name': 'A', 'unit': 'mg/g', 'analytes': {'myrcene': 8, 'limonene': 'ND'}}]},
    'post_strains_recommendations': lambda world: {'user_preferences': {
        'liked_strains': ['strain-1'], 'disliked_strains': ['strain-2'], 'preferred_terpenes': ['myrcene'], 'thc_preference': 'high',
        'effects': ['x'], 'in_stock': False, 'max_price': 100}, 'location': {'state': 'NJ'}, 'limit': 5},
    'post_substitutes_feedback': lambda world: {'substitution_id': str(uuid.uuid4()), 'product_id': world.rows['product'],
                                                'offered_id': world.rows['product'], 'outcome': 'accepted', 'reason': 'Fits'},
    'post_admin_imports': lambda world: {'kind': 'lab', 'path': world.file, 'dry_run': True},
    'post_webhooks': lambda world: dict(WEBHOOK),
    'patch_webhooks_id': lambda world: {'paused': True},
    'post_admin_jobs': lambda world: world.job(),
    'put_admin_schedules_id': lambda world: dict(SCHEDULE),
    'post_admin_demo': lambda world: {'seed': 7},
    'post_changes': lambda world: {'changes': [{'op': 'create', 'kind': 'note', 'row': world.row('note')}], 'all_or_nothing': True},
}

# Bodies whose parts must fit each other, so that no part is right or wrong alone.
JUDGED = ['post_changes', 'post_webhooks', 'patch_webhooks_id', 'post_admin_imports', 'post_admin_jobs', 'put_admin_schedules_id']

# What is put at a name where nothing is, is made there.
NAMED = ['put_admin_schedules_id', 'delete_admin_schedules_id']

# Its right request makes another world: it is sent last, and once.
LAST = ['post_admin_demo']


def kind_of(operation):
    """The kind of row that the path is about; terpenes are those of a strain."""
    if operation.path.startswith('/api/terpenes/'):
        return 'strain'
    for kind, path in PATHS.items():
        if operation.path == path or operation.path.startswith(path + '/{id}'):
            return kind
    raise KeyError(f'{operation.name} has no exercise: say in tests/server/exercise/world.py what it is about')
