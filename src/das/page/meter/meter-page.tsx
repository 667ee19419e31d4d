import { useMemo } from 'preact/hooks';
import { Zone } from '#core/zone.ts';
import type { LiveSample, MeterAnswer, RegisterValue } from '#das/api-types.ts';
import { read } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { Await, Title } from '#das/page/parts/frame.tsx';
import { useEvery, useLoaded } from '#das/page/parts/hooks.ts';
import { type Newest, useMeterProof } from '#das/page/proof/meter-proof.ts';
import { ProofBanner } from '#das/page/proof/proof-banner.tsx';
import { toExport, toMeters } from '#das/page/route.ts';
import { CertificatesCard } from './certificates-card.tsx';
import { EventBooks } from './event-books.tsx';
import { isSame, useLive, withSample } from './live.ts';
import { NowCard } from './now-card.tsx';
import { PhaseTable } from './phase-table.tsx';
import { ProfileCard } from './profile-card.tsx';
import { QuarantineCard } from './quarantine-card.tsx';
import { RegisterTable } from './register-table.tsx';

const REFRESH = 30_000;

/** Registers of the momentary power, the best first: net power, else what is drawn. */
const POWERS = ['3-0100100700ff', '3-0100010700ff'];

export function MeterPage({ id }: { readonly id: string }) {
  const [loaded, reload] = useLoaded((signal) => read<MeterAnswer>(`meters/${encodeURIComponent(id)}`, signal), [id]);
  useEvery(REFRESH, reload);
  return (
    <Await loaded={loaded} retry={reload}>
      {(meter) => <Meter meter={meter} />}
    </Await>
  );
}

function Meter({ meter }: { readonly meter: MeterAnswer }) {
  const say = useTexts();
  const zone = useMemo(() => new Zone(meter.zone), [meter.zone]);
  const power = POWERS.find((object) => meter.registers.some((register) => isSame(register, object, 2))) ?? POWERS[0];
  const live = useLive(meter.id, power);
  const registers = useMemo(() => withSample(meter.registers, live.sample), [meter.registers, live.sample]);
  const [proof, checkAgain] = useMeterProof({
    meter: meter.id,
    registers,
    certificates: meter.certificates,
    newest: newestOf(live.sample, registers),
  });
  return (
    <>
      <Title text={meter.name}>
        <p class="quiet">
          <a href={toMeters}>{say('meter.back')}</a> · {meter.id} · {say('meter.zone', { zone: meter.zone })}
        </p>
        <p class="actions">
          <a class="button" href={toExport(meter.id)}>
            {say('meter.export')}
          </a>
          <button type="button" onClick={() => print()}>
            {say('meter.print')}
          </button>
        </p>
      </Title>
      <ProofBanner proof={proof} meter={meter} zone={zone} onRely={checkAgain} />
      <div class="columns">
        <NowCard meter={meter.id} registers={registers} live={live} power={power} zone={zone} />
        <PhaseTable meter={meter.id} registers={registers} />
      </div>
      <ProfileCard meter={meter.id} registers={registers} zone={zone} />
      <RegisterTable meter={meter.id} registers={registers} zone={zone} />
      <div class="columns">
        <EventBooks meter={meter.id} zone={zone} />
        <CertificatesCard certificates={meter.certificates} />
      </div>
      <QuarantineCard meter={meter.id} zone={zone} />
    </>
  );
}

/** What the DAS calls the newest document: of the live sample, else of the value that was measured last. */
function newestOf(sample: LiveSample | undefined, registers: readonly RegisterValue[]): Newest | undefined {
  if (sample !== undefined) return sample;
  const [latest] = registers.toSorted((a, b) => b.at.localeCompare(a.at));
  return latest && { document: latest.document, at: latest.at, number: undefined };
}
