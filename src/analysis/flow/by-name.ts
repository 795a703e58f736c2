/** A table by names of the program: it does not answer to `constructor` or `toString`, which every other object has. */
export function byName<V>(entries: Readonly<Record<string, V>> = {}): Record<string, V> {
  return Object.assign(Object.create(null) as Record<string, V>, entries);
}
