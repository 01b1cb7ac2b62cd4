import { useMutation } from "@urql/preact";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { problemsOf } from "../client";
import { Form, Input } from "../component/form";
import { RoleAndGroups } from "../component/organization";
import { Page } from "../component/page";
import { Empty, Loaded } from "../component/state";
import { CreateOrganizationDocument, MembershipsDocument } from "../graph.generated";
import { codeIn, keepCode, keptCode } from "../invitation";
import { newId } from "../id";
import { useSession } from "../session";
import { useWords } from "../text/text";

/** OrganizationsPage shows of what the viewer is a member, and how she becomes one of others. */
export function OrganizationsPage() {
  const { t } = useWords();
  return (
    <Page title={t.organizations} lead={t.organizationsText}>
      {keptCode() !== null && (
        <p class="banner">
          <strong>{t.invitedTitle}</strong> <a href="/organizations/join">{t.goOn}</a>
        </p>
      )}
      <div class="columns">
        <section aria-labelledby="memberships">
          <h2 id="memberships" class="hidden">
            {t.organizations}
          </h2>
          <Loaded query={MembershipsDocument} variables={{}} types={["Member", "Organization"]}>
            {({ me }) =>
              me!.memberships.length === 0 ? (
                <Empty title={t.organizationsEmpty}>
                  <p>{t.organizationsEmptyText}</p>
                </Empty>
              ) : (
                <ul class="rows">
                  {me!.memberships.map(({ id, role, groups, organization }) => (
                    <li key={id} class="card">
                      <h3>
                        <a class="whole" href={`/organizations/${organization.id}`}>
                          {organization.name}
                        </a>
                      </h3>
                      <RoleAndGroups role={role} groups={groups} />
                    </li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        </section>
        <div>
          <ByCode />
          <Found />
        </div>
      </div>
    </Page>
  );
}

function ByCode() {
  const { t } = useWords();
  const { route } = useLocation();
  const [text, setText] = useState("");
  return (
    <section class="card" aria-labelledby="by-code">
      <h2 id="by-code">{t.joinByCode}</h2>
      <Form
        submit={t.goOn}
        onSubmit={async () => {
          keepCode(codeIn(text));
          route("/organizations/join");
        }}
      >
        <Input label={t.invitationCode} hint={t.joinByCodeText} autocomplete="off" maxLength={2000} value={text} onValue={setText} />
      </Form>
    </section>
  );
}

function Found() {
  const { t } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const [id] = useState(newId);
  const [name, setName] = useState("");
  const [{ error }, create] = useMutation(CreateOrganizationDocument);
  return (
    <section class="card" aria-labelledby="found">
      <h2 id="found">{t.foundOrganization}</h2>
      <p class="muted">{t.foundOrganizationText}</p>
      <Form
        submit={t.foundOrganization}
        error={error}
        fields={["name"]}
        onSubmit={async () => {
          const { data } = await create({ input: { id, name } });
          if (data?.createOrganization) {
            say(t.founded);
            route(`/organizations/${id}`);
          }
        }}
      >
        <Input label={t.organizationName} maxLength={120} autocomplete="organization" value={name} onValue={setName} problem={problemsOf(error)["name"]} />
      </Form>
    </section>
  );
}
