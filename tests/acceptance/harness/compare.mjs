// Field by field comparison of what was seen directly and through the guard.

const SHOWN_MAX = 12;

function show(value) {
  if (value === undefined) return '(absent)';
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}... (${text.length} characters)` : text;
}

function is_container(value) {
  return value !== null && typeof value === 'object';
}

function walk(path, direct, guard, differences) {
  if (
    is_container(direct) &&
    is_container(guard) &&
    Array.isArray(direct) === Array.isArray(guard)
  ) {
    for (const key of new Set([...Object.keys(direct), ...Object.keys(guard)])) {
      walk(path ? `${path}.${key}` : key, direct[key], guard[key], differences);
    }
  } else if (!Object.is(direct, guard)) {
    differences.push({ path: path || '(all)', direct: show(direct), guard: show(guard) });
  }
}

/** Every leaf in which two JSON values differ, as printable text; [] when they are equal. */
export function differences_between(direct, guard) {
  const differences = [];
  walk('', direct, guard, differences);
  return differences;
}

/** Several lines: what direct gave, what the guard gave. */
export function describe(differences) {
  const lines = differences
    .slice(0, SHOWN_MAX)
    .flatMap((d) => [`at ${d.path}`, `  direct: ${d.direct}`, `  guard:  ${d.guard}`]);
  if (differences.length > SHOWN_MAX) lines.push(`and ${differences.length - SHOWN_MAX} more`);
  return lines;
}
