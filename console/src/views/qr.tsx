// SPDX-License-Identifier: Apache-2.0
// A QR code as one path, dark on light in both themes: cameras do not read the other way round.
import qrcode from 'qrcode-generator';
import { useMemo } from 'preact/hooks';

const QUIET = 4; // modules of margin (ISO/IEC 18004)

/** One square for each dark module, as the `d` of a path. */
export function qrPath(text: string): { size: number; d: string } {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  let d = '';
  for (let y = 0; y < count; y++)
    for (let x = 0; x < count; x++) if (code.isDark(y, x)) d += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  return { size: count + 2 * QUIET, d };
}

export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, d } = useMemo(() => qrPath(text), [text]);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect class="qr-paper" width={size} height={size} />
      <path class="qr-ink" d={d} />
    </svg>
  );
}
