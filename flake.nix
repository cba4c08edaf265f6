{
  description = "Switch AWS profiles in this shell, and log in when needed";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      each = build: nixpkgs.lib.genAttrs systems (system: build nixpkgs.legacyPackages.${system});
      manifest = (nixpkgs.lib.importTOML ./Cargo.toml).package;
    in
    {
      packages = each (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = manifest.name;
          inherit (manifest) version;
          src = self;
          cargoLock.lockFile = ./Cargo.lock;
          cargoBuildFlags = [
            "--package"
            "awsp"
            "--bin"
            "awsp"
          ];
          # They need zsh, fish, boto3 and a terminal: ./test runs them.
          doCheck = false;
          nativeBuildInputs = [ pkgs.installShellFiles ];
          postInstall = ''
            installShellCompletion --bash --name awsp completions/awsp.bash
            installShellCompletion --zsh completions/_awsp
            installShellCompletion --fish completions/awsp.fish
            install -Dm644 -t $out/share/awsp awsp.plugin.bash awsp.plugin.zsh conf.d/awsp.fish
            mkdir -p pages
            $out/bin/awsp __man pages
            installManPage pages/*
          '';
          meta = {
            inherit (manifest) description;
            license = with pkgs.lib.licenses; [
              mit
              asl20
            ];
            mainProgram = "awsp";
          };
        };
      });
    };
}
