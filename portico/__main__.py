from portico.cli import main

main(prog_name="portico")
