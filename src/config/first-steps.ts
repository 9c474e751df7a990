/**
 * `config/first-steps.yaml`: how far the page of first steps has come.
 *
 * Promises: pure and total; names that this version does not know are left out. While the file is there the page is offered, without it
 * never: a desk that is older than the page, or was set up by hand, has none.
 */
import { isStepName, type StepMarks, type StepName } from '../core/first-steps/steps.ts';
import { readYamlTable, scalarTexts } from './yaml.ts';
import { formatYamlEntry } from './yaml-edits.ts';

export const firstStepsFile = 'first-steps.yaml';

export function parseFirstSteps(text: string): StepMarks {
  const { entries } = readYamlTable(text, firstStepsFile);
  const names = (key: string): readonly StepName[] => {
    const value = entries.find((entry) => entry.key === key)?.value ?? undefined;
    return [...new Set(scalarTexts(value ?? []))].filter(isStepName);
  };
  const done = names('done');
  return { done, later: names('later').filter((name) => !done.includes(name)) };
}

export function formatFirstSteps({ done, later }: StepMarks): string {
  return [
    '# How far the page "First steps" (/begin) has come. Without this file the page is not offered.',
    formatYamlEntry('done', done),
    formatYamlEntry('later', later),
    '',
  ].join('\n');
}
