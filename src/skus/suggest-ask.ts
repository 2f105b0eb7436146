/** Asks a person about each proposal in the terminal, and links what is accepted, one by one. */
import { input, select } from '@inquirer/prompts';
import { yuanToFen } from '../../mappings/values.ts';
import type { Service } from '../service.ts';
import { effectFor, type JudgedProposal, type Suggestion } from './suggest.ts';
import { acceptProposal } from './suggest-accept.ts';
import { count, effectText, proposalText, skuHead, sourcesText } from './suggest-text.ts';

/** Where questions are asked; the answer's own output stays clean. */
export interface Terminal {
  readonly input?: NodeJS.ReadableStream;
  readonly output?: NodeJS.WritableStream;
}

interface Said {
  print(line: string): void;
  note(line: string): void;
}

type Choice = JudgedProposal | 'skip' | 'quit';

/** Returns how many SKUs were linked. Ctrl-C is "quit": what was accepted before stays. */
export async function askEach(
  service: Service,
  suggestions: readonly Suggestion[],
  said: Said,
  terminal: Terminal = { output: process.stderr },
): Promise<number> {
  let linked = 0;
  for (const [index, suggestion] of suggestions.entries()) {
    const proposals = suggestion.proposals.map((each, at) => proposalText(each, at + 1));
    said.note(
      `\n[${index + 1}/${suggestions.length}] ${[skuHead(suggestion), ...proposals].join('\n')}`,
    );
    const choice = await askOne(suggestion, terminal);
    if (choice === 'quit') break;
    if (choice === 'skip') continue;
    const sources = await completed(service, suggestion, choice, said, terminal);
    if (sources === 'quit') break;
    const accepted = await acceptProposal(service, suggestion, sources);
    if (accepted.kind === 'meanwhile') {
      said.note(`"${suggestion.sku}" was linked by somebody else meanwhile; that stays as it is.`);
      continue;
    }
    linked += 1;
    const freed =
      accepted.released > 0 ? ` ${count(accepted.released, 'order')} planned anew.` : '';
    said.print(`"${suggestion.sku}" linked: ${sourcesText(sources)}.${freed}`);
  }
  said.note(`${count(linked, 'SKU')} linked.`);
  return linked;
}

async function askOne({ proposals }: Suggestion, terminal: Terminal): Promise<Choice> {
  return unlessQuit(
    () =>
      select<Choice>(
        {
          message: 'Link it?',
          // Only what speaks for itself stands under the cursor.
          default: proposals.find(({ confidence }) => confidence !== 'guess') ?? 'skip',
          choices: [
            ...proposals.map((proposal, at) => ({
              name: `accept ${at + 1}: ${idsText(proposal.sources)} (${proposal.confidence})`,
              value: proposal,
            })),
            { name: 'skip', value: 'skip' as const },
            { name: 'quit', value: 'quit' as const },
          ],
        },
        terminal,
      ),
    'quit' as const,
  );
}

/** Asks for a price that nothing told; without one the orders go on waiting, and say so. */
async function completed(
  service: Service,
  suggestion: Suggestion,
  { sources, effect }: JudgedProposal,
  said: Said,
  terminal: Terminal,
): Promise<JudgedProposal['sources'] | 'quit'> {
  if (effect.blocked !== undefined) said.note(`It ${effectText({ effect })}.`);
  const [source] = sources;
  const lacks = sources.length === 1 && source?.priceFen === undefined;
  if (!source || !lacks || effect.blocked !== undefined || effect.costFen !== undefined) {
    return sources;
  }
  const text = await unlessQuit(
    () =>
      input(
        {
          message: 'Price of one unit in yuan (empty: not known yet):',
          validate: (typed) =>
            typed.trim() === '' ||
            (yuanToFen(typed.trim()) ?? 0) > 0 ||
            'an amount above 0 with at most two decimals, e.g. 12.50',
        },
        terminal,
      ),
    'quit' as const,
  );
  // Leaving here is no yes to a link without price.
  if (text === 'quit') return text;
  if (text.trim() === '') return sources;
  const priced = [{ ...source, priceFen: yuanToFen(text.trim()) }];
  said.note(effectText({ effect: effectFor(service, suggestion, priced) }));
  return priced;
}

/** The rest stands above the question; a line that breaks is hard to choose. */
function idsText(sources: JudgedProposal['sources']): string {
  return sources.map(({ itemId, skuId }) => `${itemId}/${skuId}`).join(' + ');
}

async function unlessQuit<T, Q>(ask: () => Promise<T>, quit: Q): Promise<T | Q> {
  try {
    return await ask();
  } catch (error) {
    // What Ctrl-C, or an input that ended, comes out as.
    if (error instanceof Error && error.name === 'ExitPromptError') return quit;
    throw error;
  }
}
