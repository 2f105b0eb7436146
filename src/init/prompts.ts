/** Questions in the terminal. They go to standard error: standard output carries answers. */
import { confirm, input, password, select } from '@inquirer/prompts';
import type { z } from 'zod';
import { explainIssues } from '../issues.ts';

export interface Choice<T extends string> {
  readonly value: T;
  readonly name: string;
  readonly description?: string;
}

export interface TextQuestion {
  readonly message: string;
  readonly schema: z.ZodType<unknown, unknown>;
  readonly usual?: string;
  /** A further objection, beyond the schema's. */
  readonly refuse?: (text: string) => string | undefined;
  /** Nothing typed is an answer too: undefined. */
  readonly optional?: boolean;
}

const terminal = { output: process.stderr };

/** Asked until the schema takes it; its own message says what is wrong. */
export async function askText(question: TextQuestion): Promise<string> {
  const text = await input(
    {
      message: question.message,
      ...(question.usual === undefined ? {} : { default: question.usual }),
      validate: (typed) => judge(question, typed.trim()),
    },
    terminal,
  );
  return text.trim();
}

/** Typed unseen: not even its length shows. */
export async function askSecret(question: TextQuestion): Promise<string> {
  const text = await password(
    {
      message: question.message,
      toggleMask: false,
      validate: (typed) => judge(question, typed.trim()),
    },
    terminal,
  );
  return text.trim();
}

export function choose<T extends string>(
  message: string,
  choices: readonly Choice<T>[],
  usual?: T,
): Promise<T> {
  return select<T>(
    { message, choices, ...(usual === undefined ? {} : { default: usual }), pageSize: 12 },
    terminal,
  );
}

export function agree(message: string, usual: boolean): Promise<boolean> {
  return confirm({ message, default: usual }, terminal);
}

function judge({ schema, refuse, optional }: TextQuestion, text: string): true | string {
  if (text === '' && optional) return true;
  if (text === '') return 'an answer is needed; Ctrl-C ends without writing anything';
  const parsed = schema.safeParse(text);
  if (!parsed.success) {
    const [issue] = explainIssues(parsed.error, schema);
    return issue?.message ?? 'this is not possible here';
  }
  return refuse?.(text) ?? true;
}

/** Ctrl-C at a question, or a terminal that went away. */
export function isInterrupted(error: unknown): boolean {
  return error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);
}
