/** Looking names of a program up in our tables: `toString` and `constructor` are names like any other. */

/** What the record has under the key itself, not what every JavaScript object has. */
export function own<T>(record: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}
