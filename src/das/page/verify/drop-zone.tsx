import type { TargetedDragEvent, TargetedEvent } from 'preact';
import { useState } from 'preact/hooks';
import { useTexts } from '#das/page/language/language.ts';
import type { NamedBytes } from './dropped-files.ts';

/** Takes files by dropping them or by choosing them. */
export function DropZone({ onFiles }: { readonly onFiles: (files: readonly NamedBytes[]) => void }) {
  const say = useTexts();
  const [over, setOver] = useState(false);
  const take = (list: FileList | null | undefined): void => {
    if (list !== null && list !== undefined) void readAll(list).then(onFiles);
  };
  const onDrop = (event: TargetedDragEvent<HTMLElement>): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer?.files);
  };
  const onChange = ({ currentTarget }: TargetedEvent<HTMLInputElement>): void => {
    take(currentTarget.files);
    // So that the same file can be chosen again.
    currentTarget.value = '';
  };
  return (
    <label
      class={`drop ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <span>{say('verify.drop')}</span>
      <span class="button">{say('verify.choose')}</span>
      <input type="file" multiple onChange={onChange} />
    </label>
  );
}

const readAll = (list: FileList): Promise<readonly NamedBytes[]> =>
  Promise.all([...list].map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
