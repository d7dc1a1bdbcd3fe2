/** Targets that return nothing in the run, each with the reason; by dashboard, as `panel / target`. A test holds the list short. */

export const mayBeEmpty: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
