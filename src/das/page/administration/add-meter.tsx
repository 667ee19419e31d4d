import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { utf8 } from '#core/bytes.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import type { MeterProbe, NewMeter } from '#das/api-types.ts';
import { change } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { CertificateFacts, Fingerprint } from '#das/page/parts/certificate.tsx';
import { takeForm } from '#das/page/parts/form.ts';
import { Card, Field, Problem } from '#das/page/parts/frame.tsx';
import { Unfit } from '#das/page/parts/problem-heading.ts';
import { pinCertificate } from '#das/pin-certificate.ts';

/** First a look at who is there; then a person compares; only then anything is trusted. */
export function AddMeter({ onAdded }: { readonly onAdded: () => void }) {
  const say = useTexts();
  const [probe, setProbe] = useState<MeterProbe>();
  const [error, setError] = useState<unknown>();
  const [added, setAdded] = useState<string>();
  const look = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    const url = takeForm(event)('url');
    setError(undefined);
    setAdded(undefined);
    change<MeterProbe>('POST', 'meters/probe', { url }).then(setProbe, setError);
  };
  const done = (name: string): void => {
    setProbe(undefined);
    setAdded(name);
    onAdded();
  };
  return (
    <Card title={say('admin.meter.add')}>
      <form class="row" onSubmit={look}>
        <Field label={say('admin.meter.url')}>
          {(id) => <input id={id} name="url" type="url" placeholder="https://meter.example:8443" required />}
        </Field>
        <button type="submit">{say('admin.meter.probe')}</button>
      </form>
      {error !== undefined && <Problem error={error} />}
      {added !== undefined && (
        <p class="callout passed" role="status">
          {say('admin.meter.added', { name: added })}
        </p>
      )}
      {probe !== undefined && <Compare key={probe.url} probe={probe} onDone={done} />}
    </Card>
  );
}

interface CompareParts {
  readonly probe: MeterProbe;
  readonly onDone: (name: string) => void;
}

/** What was found, for a person to compare digit by digit. */
function Compare({ probe, onDone }: CompareParts) {
  const say = useTexts();
  const [id, setId] = useState(probe.meters[0]?.id ?? '');
  const [compared, setCompared] = useState(false);
  const [error, setError] = useState<unknown>();
  const meter = probe.meters.find((one) => one.id === id);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    const field = takeForm(event);
    const [name, zone, pem] = [field('name'), field('zone'), field('pem')];
    const add = async (): Promise<void> => {
      await refuseOtherCertificates(pem, meter?.certificate ?? '');
      const added: NewMeter = { url: probe.url, id, name, zone, pem };
      await change('POST', 'meters', added);
    };
    add().then(() => onDone(name), setError);
  };
  return (
    <form onSubmit={submit}>
      <p class="callout note">{say('admin.meter.compare')}</p>
      <h3>{say('admin.meter.tls')}</h3>
      <CertificateFacts {...probe.tls} />
      <Field label={say('admin.meter.which')}>
        {(field) => (
          <select
            id={field}
            value={id}
            onChange={({ currentTarget }) => {
              setId(currentTarget.value);
              setCompared(false);
            }}
          >
            {probe.meters.map((one) => (
              <option key={one.id} value={one.id}>
                {one.id}
              </option>
            ))}
          </select>
        )}
      </Field>
      <h3>{say('admin.meter.seals')}</h3>
      <p>
        <Fingerprint id={meter?.certificate ?? ''} />
      </p>
      <label class="check">
        <input type="checkbox" checked={compared} onChange={() => setCompared(!compared)} required />{' '}
        {say('admin.meter.compared')}
      </label>
      <Field label={say('admin.meter.pem')}>{(field) => <textarea id={field} name="pem" rows={4} required />}</Field>
      <div class="pair">
        <Field label={say('admin.meter.name')}>
          {(field) => <input id={field} name="name" defaultValue={id} required />}
        </Field>
        <Field label={say('admin.meter.zone')}>
          {(field) => <input id={field} name="zone" defaultValue="Europe/Berlin" required />}
        </Field>
      </div>
      {error !== undefined && <Problem error={error} />}
      <button type="submit" class="main" disabled={!compared}>
        {say('admin.meter.confirm')}
      </button>
    </form>
  );
}

/** What was pasted has to be what was compared, whatever the DAS would say to it. */
async function refuseOtherCertificates(pem: string, compared: string): Promise<void> {
  const pinned = await pinCertificate(utf8(pem), webCrypto).catch(() => {
    throw new Unfit('admin.meter.noCertificate');
  });
  if (pinned.every(({ id }) => id !== compared)) throw new Unfit('admin.meter.otherCertificate');
}
