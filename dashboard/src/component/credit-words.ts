import { useClient, useQuery } from "@urql/preact";
import { useEffect, useState } from "preact/hooks";
import { ProgramsHeldDocument, type ProgramTermsFragment, ProgramWordsDocument } from "../graph.generated";

export interface Term {
  id: string;
  name: string;
}

/** CreditWords are the words in which a credit can be described. */
export interface CreditWords {
  units: Term[];
  topics: Term[];
  formats: Term[];
  roles: Term[];
  approvals: Term[];
}

/** creditWordsOf are the words of all the programs, each once. */
export function creditWordsOf(programs: ProgramTermsFragment[]): CreditWords {
  const of = (terms: (program: ProgramTermsFragment) => Term[]) => programs.flatMap(terms).filter(({ id }, at, all) => all.findIndex((one) => one.id === id) === at);
  return {
    units: of(({ name, units }) => units.map(({ id, plural }) => ({ id, name: `${plural} (${name})` }))),
    topics: of(({ topics }) => topics),
    formats: of(({ formats }) => formats),
    roles: of(({ roles }) => roles),
    approvals: of(({ approvals }) => approvals),
  };
}

/** mostPrograms is of how many programs the words are asked for, those first that most members hold. */
const mostPrograms = 12;

/** useCreditWords are the words of the programs that members of an organization hold and that it shares; null until they are known. What can be posted is in minutes or a unit of the catalog. */
export function useCreditWords(organizationId: string): CreditWords | null {
  const client = useClient();
  const [{ data, error }] = useQuery({ query: ProgramsHeldDocument, variables: { id: organizationId } });
  const [words, setWords] = useState<CreditWords | null>(null);
  const held = data?.organization?.summary?.byProgram.map(({ program }) => program.id) ?? [];
  const ids = [...new Set([...(data?.organization?.programs.map(({ id }) => id) ?? []), ...held])].slice(0, mostPrograms);
  const known = data || error ? ids.join(" ") : null;
  useEffect(() => {
    let current = true;
    if (known !== null) {
      void Promise.all(ids.map((id) => client.query(ProgramWordsDocument, { id }, { requestPolicy: "cache-first" }).toPromise())).then((answers) => {
        if (current) {
          // One that is gone, or is not reached, is left out.
          setWords(creditWordsOf(answers.flatMap(({ data }) => (data?.program ? [{ ...data.program, units: data.program.organizationId ? [] : data.program.units }] : []))));
        }
      });
    }
    return () => {
      current = false;
    };
  }, [known]);
  return words;
}
