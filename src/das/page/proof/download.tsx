import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface DownloadParts {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly type: string;
  readonly children: ComponentChildren;
}

/** Saves bytes that this browser has: the very ones that it has verified. */
export function Download({ bytes, name, type, children }: DownloadParts) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  if (address === undefined) return null;
  return (
    <a class="button" href={address} download={name}>
      {children}
    </a>
  );
}
