/** A complex number: a sinusoid's RMS value and angle, or an impedance. */
export interface Phasor {
  readonly re: number;
  readonly im: number;
}

export const phasor = (re: number, im: number): Phasor => ({ re, im });
export const zero = phasor(0, 0);
export const polar = (magnitude: number, angle: number): Phasor =>
  phasor(magnitude * Math.cos(angle), magnitude * Math.sin(angle));

export const add = (a: Phasor, b: Phasor): Phasor => phasor(a.re + b.re, a.im + b.im);
export const subtract = (a: Phasor, b: Phasor): Phasor => phasor(a.re - b.re, a.im - b.im);
export const multiply = (a: Phasor, b: Phasor): Phasor => phasor(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
export const conjugate = (a: Phasor): Phasor => phasor(a.re, -a.im);
export const magnitude = (a: Phasor): number => Math.hypot(a.re, a.im);

export function divide(a: Phasor, b: Phasor): Phasor {
  const square = b.re ** 2 + b.im ** 2;
  return phasor((a.re * b.re + a.im * b.im) / square, (a.im * b.re - a.re * b.im) / square);
}
