interface Team {
  readonly name: string;
}

function nameOf(team: Team | undefined): string {
  // A team that is missing is the mistake this program is about.
  return (team as Team).name;
}

export const team = nameOf(undefined);
