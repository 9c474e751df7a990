/**
 * The form of a text module, and what its text becomes for a ticket.
 *
 * Promises: pure; what was typed comes back as it was, whatever was refused.
 */
import type { ModuleFields } from '../../../config/module-edits.ts';
import type { NestingProblem } from '../../../core/answers/fill-text.ts';
import type { TextModule } from '../../../core/answers/text-module.ts';
import { choosableStates, type TicketState } from '../../../core/ticket/states.ts';
import type { FilledModule, LetterFrame } from '../../../services/answers/fill.ts';
import type { OpenModule } from '../../../services/answers/module-files.ts';
import { placeholderNames } from '../../../services/answers/values.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { Form } from '../middleware/form.ts';
import { asSignature } from './answer.ts';
import { copyHref, editorsOf, moduleHref } from './answer-list.ts';
import { stateLooks } from './states.ts';

export interface ModuleForm {
  readonly id: string;
  readonly language: string;
  /** Empty for a file that is to be new. */
  readonly digest: string;
  readonly fields: ModuleFields;
  /** Number of the ticket that the preview is for. */
  readonly sample: string;
}

export function readModuleForm(form: Form): ModuleForm {
  const state = form.get('state');
  return {
    id: form.get('id').trim(),
    language: form.get('language').trim(),
    digest: form.get('digest'),
    sample: form.get('sample').trim(),
    fields: {
      title: form.get('title').trim(),
      keywords: splitList(form.get('keywords')),
      shortcut: form.get('shortcut').trim().replace(/^::/, ''),
      queues: form.all('queue'),
      kind: form.get('kind') === 'piece' ? 'piece' : 'answer',
      state: choosableStates.find((each) => each === state),
      attachments: form.all('attachment'),
      // Browsers send line breaks as CR LF.
      text: form.get('text').replace(/\r\n?/g, '\n'),
    },
  };
}

export const emptyFields: ModuleFields = {
  title: '',
  keywords: [],
  shortcut: '',
  queues: [],
  kind: 'answer',
  state: undefined,
  attachments: [],
  text: '',
};

export function fieldsOf(module: TextModule): ModuleFields {
  const { title, keywords, shortcut, queues, kind, state, attachments, text } = module;
  return { title, keywords, shortcut, queues, kind, state, attachments, text };
}

function splitList(text: string): readonly string[] {
  return text
    .split(/[,\n;،、]/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

export interface ModulePageRequest {
  readonly form: ModuleForm;
  /** As it is on disk; undefined for one that is to be new. */
  readonly open: OpenModule | undefined;
  readonly mayEdit: boolean;
  /** Queues that the agent may offer it in. */
  readonly queues: readonly string[];
  /** Whether it may be offered everywhere. */
  readonly mayBeEverywhere: boolean;
  readonly variants: readonly TextModule[];
  readonly languages: readonly string[];
  readonly refused: string | undefined;
  readonly reasons: readonly string[];
  readonly preview: ReturnType<typeof presentPreview>;
}

export function presentModule(request: ModulePageRequest, locale: Locale) {
  const { form, open, mayEdit, queues, variants, languages } = request;
  const { fields, id, language } = form;
  const isNew = open === undefined;
  const chosen = new Set(fields.queues);
  return {
    ...form,
    ...fields,
    isNew,
    mayEdit,
    action: '/answers/edit',
    languageName: locale.languageName(language),
    keywords: fields.keywords.join(', '),
    heading: isNew ? locale.text('answers.new') : fields.title === '' ? id : fields.title,
    queues: [...new Set([...queues, ...fields.queues])].map((value) => ({
      value,
      isChosen: chosen.has(value),
    })),
    mayBeEverywhere: request.mayBeEverywhere,
    everywhere: locale.text(
      request.mayBeEverywhere ? 'answers.none-is-everywhere' : 'answers.choose-queue',
    ),
    editors: editorsOf(fields.queues, locale),
    kinds: (['answer', 'piece'] as const).map((value) => ({
      value,
      text: locale.text(value === 'piece' ? 'answers.piece-long' : 'answers.whole-long'),
      isCurrent: value === fields.kind,
    })),
    states: [
      {
        value: '',
        text: locale.text('answers.state-of-form'),
        isCurrent: fields.state === undefined,
      },
      ...choosableStates.map((value) => toState(value, fields.state, locale)),
    ],
    refused: request.refused,
    reasons: request.reasons,
    preview: request.preview,
    placeholders: placeholderNames,
    tongues: variants.map((each) => ({
      code: each.language,
      name: locale.languageName(each.language),
      href: moduleHref(each),
      isCurrent: each.language === language,
    })),
    others: languages
      .filter((code) => !variants.some((each) => each.language === code))
      .map((code) => ({
        code,
        name: locale.languageName(code),
        href: copyHref(id, language, code),
      })),
  };
}

function toState(value: TicketState, chosen: TicketState | undefined, locale: Locale) {
  return { value, text: locale.text(stateLooks[value].key), isCurrent: value === chosen };
}

export interface PreviewRequest {
  readonly filled: FilledModule;
  readonly frame: LetterFrame;
  /** Number of the ticket, or undefined for somebody made up. */
  readonly ticket: string | undefined;
  /** A number was typed that leads to no ticket that the agent may read. */
  readonly isUnknown: boolean;
}

/** As the customer gets it, with the place where writing goes on. */
export function presentPreview(
  { filled, frame, ticket, isUnknown }: PreviewRequest,
  locale: Locale,
) {
  const { text, cursor, missing, nesting } = filled;
  const at = cursor ?? text.length;
  return {
    language: filled.language,
    salutation: frame.salutation,
    before: text.slice(0, at),
    hasCursor: cursor !== undefined,
    after: text.slice(at),
    signature: asSignature(frame.signature),
    files: filled.attachments.map(({ name }) => name),
    for: isUnknown
      ? locale.text('answers.sample-unknown')
      : ticket === undefined
        ? locale.text('answers.sample-made-up')
        : locale.text('answers.sample-ticket', { number: ticket }),
    isUnknown,
    warnings: [
      ...missing
        .filter((name) => !name.startsWith('> '))
        .map((name) => locale.text(keyOf(name, filled), { name })),
      ...nesting.map(({ kind, id, within }) =>
        locale.text(nestingKeys[kind], { id, within: [...within, id].join(' > ') }),
      ),
    ],
  };
}

const nestingKeys: Readonly<Record<NestingProblem['kind'], string>> = {
  unknown: 'answers.nested-unknown',
  cycle: 'answers.nested-cycle',
  'too-deep': 'answers.nested-too-deep',
  'too-long': 'answers.nested-too-long',
};

function keyOf(name: string, { unknown, absent }: FilledModule): string {
  if (absent.includes(name)) return 'answers.file-absent';
  return unknown.includes(name) ? 'answers.name-unknown' : 'answers.name-empty';
}
