/** Every question there is, by what it is about: for the page of questions, and for tests. */
import type { Question } from '../../connectors/question.ts';
import { agents, marketplaces } from '../registry.ts';
import { HOST_QUESTIONS } from './questions-hosts.ts';
import { MACHINE_QUESTIONS } from './questions-machine.ts';
import {
  STORED_ACCOUNT_QUESTIONS,
  STORED_APP_QUESTIONS,
  STORED_STORE_QUESTIONS,
} from './questions-stored.ts';

export interface QuestionGroup {
  readonly title: string;
  readonly about: string;
  readonly questions: readonly Question[];
}

export function questionGroups(): readonly QuestionGroup[] {
  return [
    {
      title: 'This machine',
      about: 'Asked once for each run.',
      questions: MACHINE_QUESTIONS,
    },
    {
      title: 'The outside hosts',
      about: 'Asked once for each host of the settings, without credentials.',
      questions: HOST_QUESTIONS,
    },
    ...[...agents.values()].map(({ title, doctor }) => ({
      title: `${title}: each account`,
      about: 'Asked live, with the credentials of the account.',
      questions: doctor.account.flatMap((exam) => exam.questions),
    })),
    ...[...marketplaces.values()].map(({ title, doctor }) => ({
      title: `${title}: each app, and each store`,
      about: 'Asked live: for each app, and for stores that are named or at most ten.',
      questions: [
        ...[...doctor.app, ...doctor.store].flatMap((exam) => exam.questions),
        ...doctor.stored.map((each) => each.question),
      ],
    })),
    {
      title: 'What traffic tells',
      about: 'Answered from what is stored, for every store, app and account: no call is made.',
      questions: [...STORED_STORE_QUESTIONS, ...STORED_APP_QUESTIONS, ...STORED_ACCOUNT_QUESTIONS],
    },
  ];
}

export function allQuestions(): readonly Question[] {
  return questionGroups().flatMap((group) => group.questions);
}
