import { useMemo, useState } from 'preact/hooks';
import type { Health, MeterSummary, MetersAnswer } from '#das/api-types.ts';
import { read } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { Await, Title } from '#das/page/parts/frame.tsx';
import { useEvery, useLoaded } from '#das/page/parts/hooks.ts';
import { arrange, COLUMNS, type Column, HEALTHS, type Order } from './meter-order.ts';
import { MeterRow } from './meter-row.tsx';

const REFRESH = 10_000;

/** A person looks at a page of so many; a browser draws it at once, however many there are. */
const ROWS = 50;

export function MetersPage() {
  const say = useTexts();
  const [loaded, reload] = useLoaded((signal) => read<MetersAnswer>('meters', signal), []);
  useEvery(REFRESH, reload);
  return (
    <>
      <Title text={say('meters.title')} />
      <Await loaded={loaded} retry={reload}>
        {({ meters }) => (meters.length === 0 ? <p>{say('meters.first')}</p> : <MeterList meters={meters} />)}
      </Await>
    </>
  );
}

function MeterList({ meters }: { readonly meters: readonly MeterSummary[] }) {
  const say = useTexts();
  const [search, setSearch] = useState('');
  const [health, setHealth] = useState<Health | 'all'>('all');
  const [order, setOrder] = useState<Order>({ column: 'health', reversed: false });
  const [page, setPage] = useState(0);
  const shown = useMemo(() => arrange(meters, { search, health, order }), [meters, search, health, order]);
  const pages = Math.max(1, Math.ceil(shown.length / ROWS));
  const here = Math.min(page, pages - 1);
  return (
    <>
      <HealthFilter meters={meters} chosen={health} onChoose={setHealth} />
      <div class="tools">
        <input
          type="search"
          aria-label={say('meters.search')}
          placeholder={say('meters.search')}
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        <p class="quiet" role="status">
          {say('meters.count', { shown: shown.length, all: meters.length })}
        </p>
      </div>
      {shown.length === 0 ? (
        <p>{say('meters.empty')}</p>
      ) : (
        <table class="list stacked">
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <SortHeader key={column} column={column} order={order} onOrder={setOrder} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.slice(here * ROWS, (here + 1) * ROWS).map((meter) => (
              <MeterRow key={meter.id} meter={meter} />
            ))}
          </tbody>
        </table>
      )}
      {pages > 1 && <Pager page={here} pages={pages} onPage={setPage} />}
    </>
  );
}

interface FilterParts {
  readonly meters: readonly MeterSummary[];
  readonly chosen: Health | 'all';
  readonly onChoose: (health: Health | 'all') => void;
}

/** How many fare how, at a glance; to press one shows those alone. */
function HealthFilter({ meters, chosen, onChoose }: FilterParts) {
  const say = useTexts();
  const counts = new Map<string, number>();
  for (const { health } of meters) counts.set(health, (counts.get(health) ?? 0) + 1);
  return (
    <fieldset class="glance">
      <legend class="unseen">{say('meters.filter')}</legend>
      <button type="button" aria-pressed={chosen === 'all'} onClick={() => onChoose('all')}>
        <b>{meters.length}</b> {say('meters.filter.all')}
      </button>
      {HEALTHS.map((health) => (
        <button key={health} type="button" aria-pressed={chosen === health} onClick={() => onChoose(health)}>
          <span class={`dot ${health}`} aria-hidden="true" />
          <b>{counts.get(health) ?? 0}</b> {say(`health.${health}`)}
        </button>
      ))}
    </fieldset>
  );
}

interface SortParts {
  readonly column: Column;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
}

function SortHeader({ column, order, onOrder }: SortParts) {
  const say = useTexts();
  const sorted = order.column === column;
  const direction = order.reversed ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={sorted ? direction : undefined}>
      <button
        type="button"
        class="sort"
        onClick={() => onOrder({ column, reversed: sorted ? !order.reversed : false })}
      >
        {say(`meters.column.${column}`)}
        <span aria-hidden="true">{sorted ? (order.reversed ? ' ▼' : ' ▲') : ''}</span>
      </button>
    </th>
  );
}

interface PagerParts {
  readonly page: number;
  readonly pages: number;
  readonly onPage: (page: number) => void;
}

function Pager({ page, pages, onPage }: PagerParts) {
  const say = useTexts();
  return (
    <div class="pager">
      <button type="button" disabled={page === 0} onClick={() => onPage(page - 1)}>
        {say('meters.previous')}
      </button>
      <span>{say('meters.page', { page: page + 1, pages })}</span>
      <button type="button" disabled={page === pages - 1} onClick={() => onPage(page + 1)}>
        {say('meters.next')}
      </button>
    </div>
  );
}
