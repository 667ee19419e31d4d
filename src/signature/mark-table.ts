// No `node:` import here.

/** An entry: two words of the mark, and the second that it is due in. */
const WORDS = 3;

const SMALLEST = 64;

/** More owners than one key ever has while its marks are kept. What comes beyond is nobody's. */
const MANY_OWNERS = 0xffff;

/**
 * Which marks there are, whose each is, and until which second it is kept. An entry takes 14 octets, and at most twice that
 * with the room around it; in a `Map` it would take 90, and the collector of garbage would walk over all of them.
 *
 * Of a mark 64 bits are kept: two of 100,000 have these in common once in 10⁹ times, and what is mistaken for another mark is
 * found known, never new. Whoever looks for such a pair on purpose refuses himself.
 */
export class MarkTable {
  /** Open addressing: an entry lies at the place that its first word names, or at the next free one. */
  #words = new Uint32Array(SMALLEST * WORDS);
  #ownerOf = new Uint16Array(SMALLEST);
  readonly #owners: string[] = [];
  #size = 0;
  #firstDue = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#size;
  }

  /** Whether a mark is there, and is this owner's. */
  find(mark: Uint8Array, owner: string): 'own' | 'foreign' | undefined {
    const place = this.#placeOf(...wordsOf(mark));
    if (!this.#isUsed(place)) return undefined;
    return this.#owners[this.#ownerOf[place] ?? MANY_OWNERS] === owner ? 'own' : 'foreign';
  }

  /** Keeps a mark that is not there yet until a second, counted from 1970, is over. */
  add(mark: Uint8Array, owner: string, due: number): void {
    if (2 * (this.#size + 1) > this.#ownerOf.length) this.#grow();
    const words = wordsOf(mark);
    this.#put(this.#placeOf(...words), words, due, this.#indexOf(owner));
    this.#size += 1;
    this.#firstDue = Math.min(this.#firstDue, due);
  }

  /** Lets go of what was due before a second, and returns the last second that anything was due in. */
  forgetBefore(second: number): number {
    let last = Number.NEGATIVE_INFINITY;
    if (second <= this.#firstDue) return last;
    this.#firstDue = Number.POSITIVE_INFINITY;
    for (let place = 0; place < this.#ownerOf.length; ) {
      const due = this.#dueAt(place);
      if (due !== FREE && due < second) {
        last = Math.max(last, due);
        this.#remove(place); // and looks at the same place again, to which another may have moved
      } else {
        if (due !== FREE) this.#firstDue = Math.min(this.#firstDue, due);
        place += 1;
      }
    }
    return last;
  }

  /** Where a mark is, or would be put. */
  #placeOf(first: number, second: number): number {
    let place = first & this.#mask;
    while (this.#isUsed(place) && !this.#holds(place, first, second)) place = (place + 1) & this.#mask;
    return place;
  }

  get #mask(): number {
    return this.#ownerOf.length - 1;
  }

  #holds(place: number, first: number, second: number): boolean {
    return this.#words[place * WORDS] === first && this.#words[place * WORDS + 1] === second;
  }

  #isUsed(place: number): boolean {
    return this.#dueAt(place) !== FREE;
  }

  #dueAt(place: number): number {
    return this.#words[place * WORDS + 2] ?? FREE;
  }

  #put(place: number, [first, second]: Words, due: number, owner: number): void {
    this.#words[place * WORDS] = first;
    this.#words[place * WORDS + 1] = second;
    this.#words[place * WORDS + 2] = due;
    this.#ownerOf[place] = owner;
  }

  /** Closes the gap, so that whatever lay behind it because its own place was taken is found again. */
  #remove(place: number): void {
    let gap = place;
    for (let next = (gap + 1) & this.#mask; this.#isUsed(next); next = (next + 1) & this.#mask) {
      const home = (this.#words[next * WORDS] ?? 0) & this.#mask;
      if (((next - home) & this.#mask) < ((next - gap) & this.#mask)) continue; // it lies behind the gap rightly
      this.#words.copyWithin(gap * WORDS, next * WORDS, (next + 1) * WORDS);
      this.#ownerOf[gap] = this.#ownerOf[next] ?? MANY_OWNERS;
      gap = next;
    }
    this.#words[gap * WORDS + 2] = FREE;
    this.#size -= 1;
  }

  #grow(): void {
    const [words, owners] = [this.#words, this.#ownerOf];
    this.#words = new Uint32Array(words.length * 2);
    this.#ownerOf = new Uint16Array(owners.length * 2);
    for (const [place, owner] of owners.entries()) {
      const [first = 0, second = 0, due = FREE] = words.subarray(place * WORDS, (place + 1) * WORDS);
      if (due !== FREE) this.#put(this.#placeOf(first, second), [first, second], due, owner);
    }
  }

  #indexOf(owner: string): number {
    const known = this.#owners.indexOf(owner);
    if (known !== -1 || this.#owners.length >= MANY_OWNERS) return known === -1 ? MANY_OWNERS : known;
    return this.#owners.push(owner) - 1;
  }
}

/** No second that a clock of ours could show. */
const FREE = 0;

type Words = readonly [number, number];

/** Mixes the octets into two words, each of which depends on all of them. */
function wordsOf(mark: Uint8Array): Words {
  let first = 0x9e37_79b9 ^ mark.length;
  let second = 0x85eb_ca6b;
  for (const octet of mark) {
    first = Math.imul(first ^ octet, 0x9e37_79b1);
    second = Math.imul(second ^ octet ^ (first >>> 15), 0xc2b2_ae3d);
  }
  first = Math.imul(first ^ (first >>> 16) ^ second, 0x85eb_ca77);
  second = Math.imul(second ^ (second >>> 13) ^ first, 0x27d4_eb2f);
  return [(first ^ (first >>> 15)) >>> 0, (second ^ (second >>> 16)) >>> 0];
}
