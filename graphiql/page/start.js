// GraphiQL with a first session to click through. It signs itself in: whatever answer carries an
// accessToken is remembered for this browser tab and sent with the requests that follow.
"use strict";

// A session is {accessToken, refreshToken, expiresAt}. It ends with the browser tab.
const session = {
  get: () => JSON.parse(sessionStorage.getItem("session") ?? "null"),
  set: (value) => sessionStorage.setItem("session", JSON.stringify(value)),
  end: () => sessionStorage.removeItem("session"),
};

async function post(request, headers) {
  const held = session.get();
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json",
      ...(held && { authorization: `Bearer ${held.accessToken}` }),
      ...headers,
    },
    body: JSON.stringify(request),
  });
  try {
    return await response.json();
  } catch {
    return { errors: [{ message: `The server answered ${response.status} ${response.statusText}.` }] };
  }
}

// follow keeps the session in step with an answer.
function follow(answer) {
  const payloads = Object.values(answer.data ?? {}).filter((payload) => payload && typeof payload === "object");
  const opened = payloads.find((payload) => typeof payload.accessToken === "string");
  if (opened) {
    session.set({ accessToken: opened.accessToken, refreshToken: opened.refreshToken, expiresAt: opened.expiresAt });
  } else if (payloads.some((payload) => payload.signedOut || payload.deletedProfessionalId)) {
    session.end();
  } else {
    return;
  }
  showViewer();
}

// renew exchanges the refresh token before the access token expires.
async function renew() {
  const held = session.get();
  if (!held?.refreshToken || !held.expiresAt || Date.parse(held.expiresAt) - Date.now() > 30_000) {
    return;
  }
  session.end();
  follow(
    await post({
      query: `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken expiresAt } }`,
      variables: { input: { refreshToken: held.refreshToken } },
    }),
  );
}

async function fetcher(request, options) {
  await renew();
  const answer = await post(request, options?.headers);
  follow(answer);
  return answer;
}

const viewer = document.getElementById("viewer");
const signOut = document.getElementById("sign-out");

async function showViewer() {
  signOut.hidden = !session.get();
  if (!session.get()) {
    viewer.textContent = "Nobody is signed in.";
    return;
  }
  const answer = await post({ query: "{ me { name email } }" });
  const me = answer.data?.me;
  if (!me) {
    session.end();
    signOut.hidden = true;
    viewer.textContent = "The session has ended. Sign in again.";
    return;
  }
  viewer.textContent = `Signed in as ${[me.name, me.email && `<${me.email}>`].filter(Boolean).join(" ") || "somebody without a name"}`;
}

signOut.addEventListener("click", async () => {
  const held = session.get();
  if (held?.refreshToken) {
    await post({
      query: `mutation ($input: SignOutInput!) { signOut(input: $input) { signedOut } }`,
      variables: { input: { refreshToken: held.refreshToken } },
    });
  }
  session.end();
  showViewer();
});

// firstSession returns the tabs. Each browser tab gets a person of its own, so that the page works
// however often it is opened; ids made here let a step be repeated without adding anything twice.
function firstSession() {
  const random = () => crypto.getRandomValues(new Uint32Array(1))[0].toString(36);
  const id = () => crypto.randomUUID?.(); // absent on plain http from another machine: then the server makes the id
  const now = new Date();
  const year = now.getFullYear();
  const today = [year, now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const email = `jordan.${random()}@example.com`;
  const password = "an invented password";
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  const tab = (query, input) => ({
    query: query.trim() + "\n",
    ...(input && { variables: JSON.stringify(input, null, 2) }),
  });

  return [
    tab(
      `
# 1. Sign up. The page then sends the access token.
mutation SignUp($input: SignUpInput!) {
  signUp(input: $input) {
    accessToken
    refreshToken
    expiresAt
    professional {
      id
      name
      email
      timeZone
    }
  }
}`,
      { input: { email, password, name: "Jordan Lee", timeZone } },
    ),
    tab(
      `
# 2. Find what can be renewed, and by which sources.
query FindPrograms($search: String) {
  programs(search: $search, first: 10) {
    totalCount
    nodes {
      id
      name
      body
      verified
      units { id name }
      topics { id name }
      questions { id prompt type }
      sources { title url confidence }
    }
  }
}`,
      { search: "account" },
    ),
    tab(
      `
# 3. Add a certification: Georgia CPA.
mutation AddGeorgiaCpa($input: AddCertificationInput!) {
  addCertification(input: $input) {
    certification {
      id
      version
      program { name }
      cycle { startsOn earnBy endsOn }
    }
  }
}`,
      {
        input: {
          id: id(),
          programId: "us-ga-cpa",
          number: "CPA000000",
          issuedOn: `${year - 6}-03-02`,
          expiresOn: `${year + ((year + 1) % 2)}-12-31`, // these licences end with each odd year
        },
      },
    ),
    tab(
      `
# 4. Add another: Certified Internal Auditor.
mutation AddCia($input: AddCertificationInput!) {
  addCertification(input: $input) {
    certification {
      id
      version
      program { name }
      cycle { startsOn earnBy endsOn }
    }
  }
}`,
      { input: { id: id(), programId: "iia-cia", issuedOn: `${year - 3}-05-20` } },
    ),
    tab(
      `
# 5. Log a credit once. It counts for both.
mutation LogCredit($input: LogCreditInput!) {
  logCredit(input: $input) {
    credit {
      id
      title
      completedOn
      uses {
        certification { program { name } }
        reported
        counted
        unit { plural }
        explanation
      }
    }
    certifications {
      program { name }
      standing { outcome }
    }
  }
}`,
      {
        input: {
          id: id(),
          title: "Auditing revenue under the new standard",
          provider: "Example Academy",
          completedOn: today,
          minutes: 100,
          topics: ["technical"],
        },
      },
    ),
    tab(`
# 6. Where do I stand, why, and what is due when?
query WhereDoIStand {
  me {
    name
    certifications {
      edges {
        node {
          program { name }
          cycle { startsOn earnBy endsOn }
          standing {
            asOf
            outcome
            phase
            requirements {
              title
              outcome
              required
              earned
              remaining
              unit { plural }
              explanation
              source { title url }
            }
            questions { id prompt type target choices { id name } }
          }
        }
      }
    }
    deadlines(first: 10) {
      edges {
        node {
          title
          kind
          dueOn
          endsAt
          status
          remaining
          unit { plural }
        }
      }
    }
  }
}`),
    tab(
      `
# 7. Sign in again, as on another phone.
mutation SignInAgain($input: SignInInput!) {
  signIn(input: $input) {
    accessToken
    refreshToken
    expiresAt
    professional {
      name
      credits(first: 5) {
        nodes { title completedOn }
      }
    }
  }
}`,
      { input: { email, password } },
    ),
  ];
}

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: firstSession(),
    storage: sessionStorage, // variables may hold passwords: nothing outlives the browser tab
    defaultEditorToolsVisibility: "variables",
  }),
);
showViewer();
