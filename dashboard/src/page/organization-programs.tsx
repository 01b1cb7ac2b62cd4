import { useMutation } from "@urql/preact";
import { Dangerous, Problem } from "../component/form";
import { mayOf, OrganizationPage, WithOrganization } from "../component/organization";
import { Empty, Loaded } from "../component/state";
import { type InOrganizationFragment, RemoveProgramDocument, SharedProgramsDocument, type SharedProgramsQuery } from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";

type Program = NonNullable<SharedProgramsQuery["organization"]>["programs"][number];

/** OrganizationProgramsPage lists the programs that an organization shares with its members. */
export function OrganizationProgramsPage() {
  const { t } = useWords();
  return (
    <WithOrganization>
      {(organization) => {
        const writes = mayOf(organization).managesAll;
        const toNew = writes && (
          <a class="button primary" href={`/organizations/${organization.id}/programs/new`}>
            {t.sharedNew}
          </a>
        );
        return (
          <OrganizationPage organization={organization} title={t.programs} allowed narrow actions={toNew}>
            <p class="muted">{t.sharedText}</p>
            <Loaded query={SharedProgramsDocument} variables={{ id: organization.id }} types={["Program"]}>
              {({ organization: shown }) =>
                !shown || shown.programs.length === 0 ? (
                  <Empty title={t.sharedEmpty}>
                    <p>{writes ? t.sharedEmptyText : t.sharedEmptyMember}</p>
                  </Empty>
                ) : (
                  <ul class="rows">
                    {shown.programs.map((program) => (
                      <Row key={program.id} organization={organization} program={program} writes={writes} />
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </OrganizationPage>
        );
      }}
    </WithOrganization>
  );
}

function Row({ organization, program, writes }: { organization: InOrganizationFragment; program: Program; writes: boolean }) {
  const { t } = useWords();
  const { say } = useSession();
  const { id, name, body, revision } = program;
  const [{ error }, remove] = useMutation(RemoveProgramDocument);
  return (
    <li class="card">
      <h2>
        <a href={`/programs/${encodeURIComponent(id)}`}>{name}</a>
      </h2>
      {body !== name && <p class="muted">{body}</p>}
      {writes && (
        <div class="actions">
          <a class="button" href={`/organizations/${organization.id}/programs/${encodeURIComponent(id)}/edit`} aria-label={`${t.editProgram}: ${name}`}>
            {t.editProgram}
          </a>
          <Dangerous
            label={t.removeProgram}
            about={name}
            text={t.sharedRemoveText}
            sure={t.removeSure}
            onSure={async () => {
              if ((await remove({ input: { id, revision: revision ?? 0 } }, { additionalTypenames: ["Program"] })).data?.removeProgram) {
                say(t.sharedRemoved);
              }
            }}
          />
        </div>
      )}
      <Problem error={error} stale />
    </li>
  );
}
