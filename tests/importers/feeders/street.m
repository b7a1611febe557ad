function mpc = street
%STREET  A made-up feeder that has one of each: units converted at the end, a shunt, charging, a tap,
%   a tie line that is open, an isolated bus, generators of each kind.

mpc.version = '2';
mpc.baseMVA = 2 * 5; # base power

%{
mpc.baseMVA = 0;   a block comment is no statement
%}

%	bus_i	type	Pd	Qd	Gs	Bs	area	Vm	Va	baseKV	zone	Vmax	Vmin
mpc.bus = [ %% (kW and kvar here)
	10	3	0	0	0	0	1	1	0	20	1	1.1	0.9;
	20	1	400	sqrt(4)*50	0	0.3	1	1	0	20	1	1.1	0.9	% no semicolon
	30, 1, 300, 60, 0.01, 0, 1, 1, 0, 40/2, 1, 1.1, 0.9;
	40	2	0	0	0	0	1	1	0	10	1	...
		1.1	0.9;
	50	4	99	9	0	0	1	1	0	20	1	1.1	0.9;
];

mpc.gen = [
	10	0	0	10	-10	1.02	100	1	10	0;
	40	0.1	0.02	1	-1	1	100	1	1	0;
	30	0.05	0	1	-1	1	100	1	1	0;
	20	7	7	1	-1	1	100	0	1	0;
];

mpc.branch = [  %% (ohm here)
	10	20	1.2	1.6	0.002	5	0	0	0	0	1	-360	360;
	20	30	2.0	-0.4 + 2	0	0	0	0	0	0	1	-360	360;
	20	30	2.0	1.6	0	0	0	0	0	0	1	-360	360;
	20	40	1.0	8.0	0	0	0	0	0.98	30	1	-360	360;
	30	10	1.0	1.0	0	0	0	0	0	0	0	-360	360;
	50	10	1.0	1.0	0	0	0	0	0	0	1	-360	360;
];

mpc.gencost = [2 0 0 3 0 20 0];
mpc.bus_name = {'grid'; 'it''s 20'; 'c'; 'd'; 'e'};

[PQ, ~, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
    VA, BASE_KV] = idx_bus;
[F_BUS, T_BUS, BR_R, BR_X] = idx_brch;
Vbase = mpc.bus(1, BASE_KV) * 1e3;
Sbase = mpc.baseMVA * 1e6;
mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
pf = 0.8;
mpc.bus(2, QD) = mpc.bus(2, PD) * sin(acos(pf));
mpc.bus(2, PD) = mpc.bus(2, PD) * pf;
