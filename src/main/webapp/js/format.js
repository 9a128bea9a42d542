/** How quantities and names are said to a person. Pure; whatever is not known is the empty string, never "NaN". */

const ACRONYMS = new Map([['qr', 'QR'], ['csv', 'CSV']]);
const SIZE_UNITS = ['B', 'KB', 'MB', 'GB'];

/** `organizing_qr` → "Organizing QR". */
export function humanise(name) {
  const words = String(name ?? '').split(/[_\-\s]+/).filter(Boolean);
  const said = words.map((word) => ACRONYMS.get(word.toLowerCase()) ?? word);
  return said.join(' ').replace(/^./u, (first) => first.toUpperCase());
}

/** A whole per cent from 0 to 100, rounded down: 100 is said only when it is reached. */
export function wholePercent(progress) {
  const value = Number(progress);
  return Number.isFinite(value) ? Math.floor(Math.min(100, Math.max(0, value))) : 0;
}

/** Seconds → "0.8 s", "12 s", "3 min 20 s", "2 h 5 min". */
export function formatDuration(seconds) {
  if (!isKnownAmount(seconds)) return '';
  if (seconds < 0.05) return '0 s';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  return inUnits(Math.round(seconds));
}

/** Seconds left, in steps coarse enough not to pretend; absent rather than wrong. */
export function formatTimeLeft(seconds) {
  if (!isKnownAmount(seconds)) return '';
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 57.5) return `about ${Math.round(seconds / 5) * 5} s left`;
  if (seconds < 3_570) return `about ${Math.max(1, Math.round(seconds / 60))} min left`;
  return `about ${inUnits(Math.round(seconds / 600) * 600)} left`;
}

/** How long ago an instant was, "just now" up to days. */
export function formatAgo(instant, now = Date.now()) {
  const then = Date.parse(instant ?? '');
  if (Number.isNaN(then)) return '';
  const seconds = Math.max(0, (now - then) / 1_000);
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** The seconds between two instants; NaN when either is absent. */
export function secondsBetween(start, end) {
  const span = (typeof end === 'number' ? end : Date.parse(end ?? '')) - Date.parse(start ?? '');
  return Number.isNaN(span) ? NaN : Math.max(0, span / 1_000);
}

/** An instant in the reader's own time zone and habit, to the second. */
export function formatInstant(instant) {
  const date = new Date(instant ?? NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** Bytes → "0 B", "12 KB", "3.4 MB" (powers of 1,000, as file managers count). */
export function formatBytes(bytes) {
  if (!isKnownAmount(bytes)) return '';
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < SIZE_UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit > 1 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${SIZE_UNITS[unit]}`;
}

function isKnownAmount(value) {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function inUnits(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  if (hours) return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes) return rest ? `${minutes} min ${rest} s` : `${minutes} min`;
  return `${rest} s`;
}
