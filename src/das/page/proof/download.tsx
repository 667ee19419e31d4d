import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Whatever it is, a browser that is asked to open it in a tab keeps it as a file: it came from who knows whom. */
const TYPE = 'application/octet-stream';

interface DownloadParts {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly children: ComponentChildren;
}

/** Saves bytes that this browser has: the very ones that it has verified. */
export function Download({ bytes, name, children }: DownloadParts) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: TYPE }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  if (address === undefined) return null;
  return (
    <a class="button" href={address} download={name}>
      {children}
    </a>
  );
}
