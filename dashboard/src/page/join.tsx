import { useMutation, useQuery } from "@urql/preact";
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { codeOf } from "../client";
import { Form, Options } from "../component/form";
import { Page } from "../component/page";
import { Empty, Failure, Loading } from "../component/state";
import { InvitationDocument, type InvitationQuery, JoinOrganizationDocument } from "../graph.generated";
import { keepCode, keptCode } from "../invitation";
import { useSession, useViewer } from "../session";
import { useWords } from "../text/text";

/** JoinPage shows what the invitation says whose code waits, and lets the viewer join. */
export function JoinPage() {
  const { t } = useWords();
  const [code] = useState(keptCode);
  return code === null ? (
    <Page title={t.joinNone} narrow>
      <Back />
    </Page>
  ) : (
    <Invited code={code} />
  );
}

function Invited({ code }: { code: string }) {
  const { t } = useWords();
  const [{ data, error }, ask] = useQuery({ query: InvitationDocument, variables: { code } });
  const refused = ["NOT_FOUND", "FORBIDDEN"].includes(codeOf(error));
  useEffect(() => {
    if (refused) {
      keepCode(null);
    }
  }, [refused]);
  if (data?.invitation) {
    return <Invitation code={code} invitation={data.invitation} />;
  }
  if (!error || codeOf(error) === "UNAUTHENTICATED") {
    return (
      <main id="content" class="narrow">
        <Loading />
      </main>
    );
  }
  return (
    <Page title={t.invitationRefused} narrow>
      {refused ? (
        <Empty title={error.graphQLErrors[0]?.message ?? ""}>
          <Back />
        </Empty>
      ) : (
        <Failure error={error} retry={() => ask({ requestPolicy: "network-only" })} />
      )}
    </Page>
  );
}

function Invitation({ code, invitation }: { code: string; invitation: NonNullable<InvitationQuery["invitation"]> }) {
  const { t, moment } = useWords();
  const { say } = useSession();
  const { name } = useViewer();
  const { route } = useLocation();
  const [share, setShare] = useState("");
  const [{ error }, join] = useMutation(JoinOrganizationDocument);
  const { organizationName, role, groups, membership } = invitation;
  const done = (organization: string) => {
    keepCode(null);
    route(organization, true);
  };
  if (membership) {
    return (
      <Page title={organizationName} lead={t.memberAlready} narrow>
        <p>
          <button type="button" class="primary" onClick={() => done(`/organizations/${membership.organization.id}`)}>
            {t.toOrganization}
          </button>
        </p>
      </Page>
    );
  }
  return (
    <Page title={t.joinTo(organizationName)} lead={t.joinAs(t.roleName[role], groups.join(", "))} narrow>
      <section class="card" aria-labelledby="shown">
        <h2 id="shown">{t.joinShown}</h2>
        <p>{invitation.shown}</p>
        <p>{invitation.shownIfShared}</p>
        {!name && (
          <p class="banner">
            {t.joinNameless} <a href="/settings">{t.joinNamelessLink}</a>
          </p>
        )}
        <Form
          submit={t.join}
          error={error}
          beside={
            <button type="button" class="quiet" onClick={() => done("/organizations")}>
              {t.joinDecline}
            </button>
          }
          onSubmit={async () => {
            const { data } = await join({ input: { code, shareCredits: share === "yes" } });
            if (data?.joinOrganization) {
              say(t.joined(organizationName));
              done(`/organizations/${data.joinOrganization.membership.organization.id}`);
            }
          }}
        >
          <Options
            label={t.joinShare}
            options={[
              { id: "yes", name: t.joinShareYes },
              { id: "no", name: t.joinShareNo },
            ]}
            chosen={share}
            onChosen={setShare}
          />
        </Form>
        <p class="muted">{t.joinUntil(moment(invitation.expiresAt))}</p>
      </section>
    </Page>
  );
}

function Back() {
  const { t } = useWords();
  return (
    <a class="button" href="/organizations">
      {t.joinAnother}
    </a>
  );
}
